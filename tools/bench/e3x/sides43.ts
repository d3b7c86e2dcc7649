import { randomBytes } from "node:crypto";
import { nodeBackend } from "@countersign/noise/node";
import { createCipherSet43, type Trust } from "../../../packages/handshake/src/cs43/cipher-set43.ts";
import { Order } from "../../../packages/handshake/src/exchange/at.ts";
import { Exchange } from "../../../packages/handshake/src/exchange/exchange.ts";
import type { Clock, Receiver } from "./receiver.ts";

const parameters = {
  group: randomBytes(16),
  session: randomBytes(16),
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
const statics = [nodeBackend.dh.generateKeyPair(), nodeBackend.dh.generateKeyPair()] as const;
const eids = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const ed25519 = randomBytes(32);
const linkPsk = randomBytes(32);
const prk = randomBytes(32);

export type Mode = Trust["mode"];

/** Cipher set 0x43 of end 0, which is EVEN, or of end 1. */
export function cipherSet43(mode: Mode, end: 0 | 1) {
  const other = end === 0 ? 1 : 0;
  const endpoint = (n: 0 | 1) => ({ number: n + 1, eid: eids[n], versions: Uint8Array.of(1) });
  const suite = {
    parameters,
    self: endpoint(end),
    peer: endpoint(other),
    staticKey: statics[end],
    ed25519,
    label: `end ${end}`,
    backend: nodeBackend,
    randomBytes: (length: number) => randomBytes(length),
    pairing: () => true,
    expected: () => 0n,
  };
  const pin = { noiseStatic: statics[other].publicKey, ed25519, linkPsk };
  const trust: Trust = mode === "pair" ? { mode, prk } : { mode, pins: [pin] };
  return createCipherSet43(suite, () => trust);
}

/** One end of a pair. */
export function end43(mode: Mode, end: 0 | 1, highest = 0n) {
  return new Exchange({ cipherSet: cipherSet43(mode, end), order: end === 0 ? Order.EVEN : Order.ODD, highest });
}

type End = ReturnType<typeof end43>;

/** Drives an end with an input and with the yes to what it offers. */
export function drive(end: End, input: Parameters<End["step"]>[0], clock: Clock): ReturnType<End["step"]> {
  return end
    .step(input, clock)
    .flatMap((output) =>
      output.type === "offer" ? [output, ...end.step({ type: "accept", id: output.id }, clock)] : [output],
    );
}

/** End 0 as a receiver. */
export function receiver43(mode: Mode, highest = 0n): Receiver {
  const end = end43(mode, 0, highest);
  return (body, clock) => {
    let sent = 0;
    let dropped: string | undefined;
    for (const output of drive(end, { type: "packet", body }, clock)) {
      if (output.type === "send") sent++;
      else if (output.type === "drop") dropped = output.code;
    }
    return { sent, dropped };
  };
}

/** Openings of end 1, each with an `at` above the one before. */
export function openings43(mode: Mode, count: number): readonly Uint8Array[] {
  const cipherSet = cipherSet43(mode, 1);
  return Array.from({ length: count }, (_, n) => cipherSet.call(1_760_000_001n + 2n * BigInt(n), []).flight).flat();
}

/** A whole exchange, both ends, up to CONFIRMED at both. */
export function exchange43(mode: Mode, clock: Clock): void {
  const ends = [end43(mode, 0), end43(mode, 1)] as const;
  const queue: { readonly to: 0 | 1; readonly body: Uint8Array }[] = [];
  let confirmed = 0;
  const take = (from: 0 | 1, outputs: ReturnType<typeof drive>) => {
    for (const output of outputs) {
      if (output.type === "send") queue.push({ to: from === 0 ? 1 : 0, body: output.body });
      else if (output.type === "confirmed") confirmed++;
    }
  };
  take(1, drive(ends[1], { type: "call" }, clock));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    take(next.to, drive(ends[next.to], { type: "packet", body: next.body }, clock));
  }
  // The initiator's first frame confirms a re-link at its responder.
  take(0, drive(ends[0], { type: "heard", id: 1 }, clock));
  if (confirmed !== 2) throw new Error(`${mode}: ${confirmed} ends are up`);
}
