import { compareBytes, UsageError } from "@countersign/wire";

/** The last `at` there is: whoever has used it can make no more handshakes between the same two endpoints. */
export const LAST_AT = (1n << 64n) - 1n;

/** An endpoint's order towards another: it is the low bit of every `at` that it chooses. */
export const Order = { EVEN: 0n, ODD: 1n } as const;
export type Order = (typeof Order)[keyof typeof Order];

/** An end's part in a handshake: its initiator is the endpoint whose order is the low bit of `at`. */
export type Role = "initiator" | "responder";

/** Our order: ODD for the bytewise higher of the two. Throws `UsageError` when they are equal. */
export function orderOf(own: Uint8Array, peer: Uint8Array): Order {
  const comparison = compareBytes(own, peer);
  if (comparison === 0) throw new UsageError("usage.same-endpoint", "two endpoints with the same identifier");
  return comparison > 0 ? Order.ODD : Order.EVEN;
}

/**
 * A new `at` of ours: `max(highest + 1, unix seconds)`, raised by one where its low bit is not our order. `undefined`
 * when there is none left.
 */
export function nextAt(order: Order, highest: bigint, unixSeconds: number): bigint | undefined {
  const seconds = wholeSeconds(unixSeconds);
  const lowest = highest + 1n > seconds ? highest + 1n : seconds;
  const at = (lowest & 1n) === order ? lowest : lowest + 1n;
  return at > LAST_AT ? undefined : at;
}

/** Whether an incoming `at` is so far ahead that accepting it would take the future from us: more than `cap`. */
export function isFarFuture(
  at: bigint,
  { highest, unixSeconds, cap }: { readonly highest: bigint; readonly unixSeconds: number; readonly cap: bigint },
): boolean {
  const seconds = wholeSeconds(unixSeconds);
  return at > (highest > seconds ? highest : seconds) + cap;
}

/** A clock may say anything; what is no moment after 1970 counts as none. */
function wholeSeconds(unixSeconds: number): bigint {
  return unixSeconds > 0 && Number.isFinite(unixSeconds) ? BigInt(Math.floor(unixSeconds)) : 0n;
}
