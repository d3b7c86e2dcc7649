import { concat, equalBytes, u32 } from "@countersign/wire";
import { readStrictly } from "../byte-reader.ts";
import { decodeScalar, SCALAR_BYTES } from "../suite.ts";
import type { Parameters } from "./parameters.ts";

/** While commitments are waited for: one's own polynomial, and the seed of the nonces of one's proofs. Secret. */
export interface Committed {
  readonly coefficients: readonly bigint[];
  /** To these coefficients, encoded; public. */
  readonly commitments: Uint8Array;
  readonly seed: Uint8Array;
}

/** While shares are waited for: one's share of one's own polynomial, and everybody's commitments. Secret. */
export interface Sharing {
  readonly ownShare: bigint;
  /** By number, encoded, one's own included. */
  readonly commitments: ReadonlyMap<number, Uint8Array>;
  /** The sum of all of them. */
  readonly sum: Uint8Array;
}

/** While verdicts are waited for. Secret. */
export interface Judging {
  /** One's key share, encoded; empty for who has to complain. */
  readonly keyShare: Uint8Array;
  /** One's own verdict, encoded. */
  readonly verdict: Uint8Array;
  readonly commitments: ReadonlyMap<number, Uint8Array>;
}

const CONTEXT_BYTES = 32;
const SEED_BYTES = 32;

/** The state behind round 1. */
export const committedState = {
  encode({ suite, context }: Parameters, { coefficients, commitments, seed }: Committed): Uint8Array {
    const scalars = coefficients.map((each) => suite.encodeScalar(each));
    return concat(context, Uint8Array.of(1), seed, ...scalars, commitments);
  },
  decode(parameters: Parameters, bytes: Uint8Array): Committed | undefined {
    const { suite, threshold } = parameters;
    return readStrictly(bytes, (reader) => {
      if (!isOf(parameters, reader.take(CONTEXT_BYTES)) || reader.u8() !== 1) return undefined;
      const seed = reader.take(SEED_BYTES);
      const coefficients = reader.takeEach(threshold, SCALAR_BYTES).map((each) => decodeScalar(suite, each));
      const commitments = reader.take(threshold * suite.elementBytes);
      return coefficients.every((each) => each !== undefined) ? { seed, commitments, coefficients } : undefined;
    });
  },
};

/** The state behind round 2. */
export const sharingState = {
  encode({ suite, context }: Parameters, { ownShare, commitments, sum }: Sharing): Uint8Array {
    return concat(context, Uint8Array.of(2), suite.encodeScalar(ownShare), sum, ...commitments.values());
  },
  decode(parameters: Parameters, bytes: Uint8Array): Sharing | undefined {
    const { suite, threshold } = parameters;
    return readStrictly(bytes, (reader) => {
      if (!isOf(parameters, reader.take(CONTEXT_BYTES)) || reader.u8() !== 2) return undefined;
      const ownShare = decodeScalar(suite, reader.take(SCALAR_BYTES));
      const sum = reader.take(threshold * suite.elementBytes);
      const commitments = readCommitments(parameters, reader);
      return ownShare === undefined ? undefined : { ownShare, sum, commitments };
    });
  },
};

/** The state behind round 3. */
export const judgingState = {
  encode({ context }: Parameters, { keyShare, verdict, commitments }: Judging): Uint8Array {
    return concat(context, Uint8Array.of(3), lengthAnd(keyShare), lengthAnd(verdict), ...commitments.values());
  },
  decode(parameters: Parameters, bytes: Uint8Array): Judging | undefined {
    return readStrictly(bytes, (reader) => {
      if (!isOf(parameters, reader.take(CONTEXT_BYTES)) || reader.u8() !== 3) return undefined;
      const keyShare = reader.take(reader.u32());
      const verdict = reader.take(reader.u32());
      return { keyShare, verdict, commitments: readCommitments(parameters, reader) };
    });
  },
};

function readCommitments(
  { suite, numbers, threshold }: Parameters,
  reader: { take(length: number): Uint8Array },
): ReadonlyMap<number, Uint8Array> {
  return new Map(numbers.map((number) => [number, reader.take(threshold * suite.elementBytes)]));
}

function isOf({ context }: Parameters, found: Uint8Array): boolean {
  return equalBytes(context, found);
}

function lengthAnd(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}
