import { decodeHex, encodeHex } from "@countersign/wire";
import type { PreSignedInput } from "../adaptor/pre-signed-psbt.ts";

/** What it takes to learn the secret of a round trip that was answered here. JSON. */
export interface AnsweredRound {
  /** The digest of what is signed, as hexadecimal digits; likewise below. */
  readonly transaction: string;
  readonly adaptor: string;
  /** Those of both parties. */
  readonly preSignatures: readonly { readonly input: number; readonly preSignature: string }[];
  /** Messages of the round. */
  readonly sent: number;
  readonly received: number;
}

/** Rounds that are kept: all that one session should ever need, and no more than notes that are often written. */
const MOST_ROUNDS = 8;

/** The last rounds in which a session gave its pre-signatures, for callers who have not had the answer. */
export class AnsweredRounds {
  private rounds: readonly AnsweredRound[];

  /** `kept`: those of a process before this one. */
  constructor(kept: readonly AnsweredRound[] = []) {
    this.rounds = kept;
  }

  get last(): readonly AnsweredRound[] {
    return this.rounds;
  }

  add(round: AnsweredRound): void {
    this.rounds = [...this.rounds, round].slice(-MOST_ROUNDS);
  }

  /** Those of a transaction, the newest last: the other party can complete each of them. */
  of(transaction: Uint8Array): readonly AnsweredRound[] {
    const digits = encodeHex(transaction);
    return this.rounds.filter((round) => round.transaction === digits);
  }
}

/** Pre-signatures as they are kept. */
export function keepPreSignatures(preSigned: readonly PreSignedInput[]): AnsweredRound["preSignatures"] {
  return preSigned.map(({ index, preSignature }) => ({ input: index, preSignature: encodeHex(preSignature) }));
}

/** Pre-signatures as they were kept. */
export function keptPreSignatures({ adaptor, preSignatures }: AnsweredRound): readonly PreSignedInput[] {
  return preSignatures.map(({ input, preSignature }) => {
    return { index: input, adaptor: bytesOf(adaptor), preSignature: bytesOf(preSignature) };
  });
}

/** The bytes of digits that were written here. */
export function bytesOf(digits: string): Uint8Array {
  const bytes = decodeHex(digits);
  if (!bytes.ok) throw new Error("what was kept of a round trip cannot be read");
  return bytes.value;
}
