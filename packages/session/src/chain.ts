import { concat, lp, u8, u16, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { CeremonyTerms, Confirmation } from "./ceremony-types.ts";

const KIND_BYTE = { keygen: 1, sign: 2, exchange: 3 } as const;
const CONFIRMATION_BYTE: Readonly<Record<Confirmation, number>> = { sas: 1, pins: 2 };
const BROADCAST = 1;
const DIRECT = 2;

/** What goes into `h_0`, with the parties by ascending number. */
export type ChainedTerms = Omit<CeremonyTerms, "protocol"> & {
  readonly protocol: {
    readonly name: string;
    readonly rounds: readonly { readonly name: string; readonly broadcast: boolean; readonly direct: boolean }[];
  };
};

/** `h_0`, the beginning of a ceremony's hash chain (spec 0005, section 3): terms and roster. 32 bytes, public. */
export function chainStart({ transcript, kind, confirmation, threshold, protocol, parties }: ChainedTerms): Uint8Array {
  return sha256(
    concat(
      utf8("countersign/1 ceremony"),
      transcript,
      u8(KIND_BYTE[kind]),
      u8(CONFIRMATION_BYTE[confirmation]),
      u16(threshold),
      lp(utf8(protocol.name)),
      u8(protocol.rounds.length),
      ...protocol.rounds.map(({ name, broadcast, direct }) =>
        concat(lp(utf8(name)), u8((broadcast ? BROADCAST : 0) | (direct ? DIRECT : 0))),
      ),
      u16(parties.length),
      ...parties.map(({ number, label, ed25519 }) => concat(u16(number), lp(utf8(label)), ed25519)),
    ),
  );
}

/** What stands for a broadcast wherever not the whole of it is needed. */
export function broadcastHash(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** `d_r`, the digest of a round: the hashes of all broadcasts, by ascending number. 32 bytes, public. */
export function roundDigest(
  round: number,
  broadcasts: readonly { readonly number: number; readonly hash: Uint8Array }[],
): Uint8Array {
  return sha256(
    concat(utf8("countersign/1 round"), u16(round), ...broadcasts.map(({ number, hash }) => concat(u16(number), hash))),
  );
}

/** `h_r`: the chain with one more round. */
export function chainNext(before: Uint8Array, digest: Uint8Array): Uint8Array {
  return sha256(concat(utf8("countersign/1 chain"), before, digest));
}

/** The head of a ceremony: the chain over all rounds, and the outcome. */
export function chainHead(chain: Uint8Array, outcome: Uint8Array): Uint8Array {
  return sha256(concat(utf8("countersign/1 outcome"), chain, outcome));
}

/** What a party says in a round, as far as it signs it. */
export interface Signed {
  /** `h_(r-1)` as that party has it. */
  readonly chain: Uint8Array;
  readonly round: number;
  readonly from: number;
  readonly hash: Uint8Array;
}

/** The message that a statement's signature is over. */
export function statementMessage({ chain, round, from, hash }: Signed): Uint8Array {
  return concat(utf8("countersign/1 statement"), chain, u16(round), u16(from), hash);
}

/** The message that a seal's signature is over. */
export function sealMessage(head: Uint8Array): Uint8Array {
  return concat(utf8("countersign/1 seal"), head);
}
