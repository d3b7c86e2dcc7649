import { limits, ROUND_MESSAGE_HEAD, UsageError } from "@countersign/wire";

/** A message for one party or for all others. */
export interface OutgoingMessage {
  /** At most 1 MiB less 38 bytes. */
  readonly bytes: Uint8Array;
  /** Number of a party; 0, for all others, by default. */
  readonly to?: number;
  /** 0 to 65,535, the application's; 0 by default. */
  readonly round?: number;
}

/** Bytes of the longest message: with its head in front it is at most 1 MiB. */
const LONGEST = limits.message - ROUND_MESSAGE_HEAD;

/** Throws `UsageError` for a message that cannot be sent to any of `peers`; fills in what is left out. */
export function checkMessage(message: OutgoingMessage, peers: ReadonlySet<number>): Required<OutgoingMessage> {
  const { bytes, to = 0, round = 0 } = message;
  if (to !== 0 && !peers.has(to)) throw new UsageError("usage.unknown-party", `there is no other party ${to}`);
  if (!Number.isInteger(round) || round < 0 || round > 0xffff) {
    throw new UsageError("usage.out-of-range", "a round is between 0 and 65,535");
  }
  if (bytes.length > LONGEST) throw new UsageError("usage.too-long", `a message is at most ${LONGEST} bytes`);
  return { bytes: bytes.slice(), to, round };
}
