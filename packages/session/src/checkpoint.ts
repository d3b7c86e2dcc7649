import { concat, equalBytes, UsageError, u8, u16, u32 } from "@countersign/wire";
import { chainNext, roundDigest } from "./chain.ts";
import { at, type Memory, type OwnMessage } from "./memory.ts";
import { HASH, type Heard, SIGNATURE } from "./messages.ts";
import { Reader } from "./reader.ts";

/** All that a party needs to come back into a ceremony. Secret. */
export interface Checkpoint {
  readonly round: number;
  readonly state: Uint8Array;
  /** Of the rounds that are over, in party order. */
  readonly heard: readonly (readonly Heard[])[];
  readonly own: readonly OwnMessage[];
  /** There once the protocol is done. */
  readonly outcome: Uint8Array | undefined;
}

const VERSION = 1;

/** Encodes what is known, for `decodeCheckpoint` of a later process (its form is nobody else's business). Secret. */
export function encodeCheckpoint({ chain, round, state, heard, own, outcome }: Memory): Uint8Array {
  return concat(
    u8(VERSION),
    at(chain, 0),
    u16(round),
    u32(state.length),
    state,
    u16(heard.length),
    ...heard.flatMap((said) => said.flatMap(({ hash, signature }) => [hash, signature])),
    u32(own.length),
    ...own.flatMap((message) => [u16(message.to), u16(message.round), u32(message.bytes.length), message.bytes]),
    u8(outcome === undefined ? 0 : 1),
    outcome ?? new Uint8Array(0),
  );
}

/** Decodes the checkpoint of this very ceremony. Throws `UsageError` for another one, or for one that is damaged. */
export function decodeCheckpoint(bytes: Uint8Array, { chain, numbers, rounds }: Memory): Checkpoint {
  const reader = new Reader(bytes);
  if (reader.u8() !== VERSION || !equalBytes(reader.take(HASH), at(chain, 0))) {
    throw new UsageError("usage.checkpoint", "a checkpoint of another ceremony");
  }
  const round = reader.u16();
  const state = reader.take(reader.u32());
  const over = Math.min(reader.u16(), rounds.length);
  const heard = Array.from({ length: over }, () =>
    numbers.map(() => ({ hash: reader.take(HASH), signature: reader.take(SIGNATURE) })),
  );
  const own: OwnMessage[] = [];
  for (let left = reader.u32(); left > 0 && reader.left > 0; left--) {
    own.push({ to: reader.u16(), round: reader.u16(), bytes: reader.take(reader.u32()) });
  }
  const outcome = reader.u8() === 1 ? reader.take(HASH) : undefined;
  if (!reader.ok() || over !== round - 1 || (outcome !== undefined) !== (round === rounds.length + 1)) {
    throw new UsageError("usage.checkpoint", "a damaged checkpoint");
  }
  return { round, state, heard, own, outcome };
}

/** Adds a round that is over: what was heard in it, and so the chain. */
export function addRound({ chain, digests, heard, numbers }: Memory, said: readonly Heard[]): void {
  const broadcasts = numbers.map((number, index) => ({ number, hash: at(said, index).hash }));
  const digest = roundDigest(heard.length + 1, broadcasts);
  chain.push(chainNext(at(chain, chain.length - 1), digest));
  digests.push(digest);
  heard.push(said);
}
