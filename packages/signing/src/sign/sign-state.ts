import { concat, equalBytes, u32 } from "@countersign/wire";
import { readStrictly } from "../byte-reader.ts";
import type { SignParameters } from "./parameters.ts";

/**
 * While commitments are waited for: what was approved, and the only copy of what the nonces are made of. It takes the
 * secret share to make them, which lies elsewhere and better guarded: a state that somebody finds later, beside the share
 * of the signature that was made with it, does not give the secret away.
 */
export interface Approved {
  /** Encoded. */
  readonly payload: Uint8Array;
  readonly seeds: Uint8Array;
  readonly commitments: Uint8Array;
}

/** While signature shares are waited for: nothing in it is secret any more. */
export interface Shared {
  /** Encoded. */
  readonly payload: Uint8Array;
  /** One's own signature shares. */
  readonly shares: Uint8Array;
  /** Everybody's commitments, by number ascending, one's own included. */
  readonly commitments: readonly Uint8Array[];
  /** Of each signature, as these commitments give it. */
  readonly groupCommitments: readonly Uint8Array[];
}

const CONTEXT_BYTES = 32;

/** The state behind round 1: one's own proposal, encoded; empty without one. */
export const begunState = {
  encode({ context }: SignParameters, proposal: Uint8Array): Uint8Array {
    return concat(context, Uint8Array.of(1), proposal);
  },
  decode({ context }: SignParameters, bytes: Uint8Array): Uint8Array | undefined {
    return readStrictly(bytes, (reader) => {
      const isOurs = equalBytes(context, reader.take(CONTEXT_BYTES)) && reader.u8() === 1;
      return isOurs ? reader.rest() : undefined;
    });
  },
};

/** The state behind round 2. */
export const approvedState = {
  encode({ context }: SignParameters, { payload, seeds, commitments }: Approved): Uint8Array {
    return concat(context, Uint8Array.of(2), ...[payload, seeds, commitments].map(withLength));
  },
  decode({ context }: SignParameters, bytes: Uint8Array): Approved | undefined {
    return readStrictly(bytes, (reader) => {
      if (!equalBytes(context, reader.take(CONTEXT_BYTES)) || reader.u8() !== 2) return undefined;
      const [payload, seeds, commitments] = [0, 0, 0].map(() => reader.take(reader.u32()));
      return payload && seeds && commitments && { payload, seeds, commitments };
    });
  },
};

/** The state behind round 3. */
export const sharedState = {
  encode({ context }: SignParameters, { payload, shares, commitments, groupCommitments }: Shared): Uint8Array {
    const fields = [payload, shares, ...commitments, concat(...groupCommitments)];
    return concat(context, Uint8Array.of(3), ...fields.map(withLength));
  },
  decode({ context, signers, suite }: SignParameters, bytes: Uint8Array): Shared | undefined {
    return readStrictly(bytes, (reader) => {
      if (!equalBytes(context, reader.take(CONTEXT_BYTES)) || reader.u8() !== 3) return undefined;
      const [payload, shares] = [reader.take(reader.u32()), reader.take(reader.u32())];
      const commitments = signers.map(() => reader.take(reader.u32()));
      const groupCommitments = reader.takeEach(reader.u32() / suite.elementBytes, suite.elementBytes);
      return { payload, shares, commitments, groupCommitments };
    });
  },
};

function withLength(bytes: Uint8Array): Uint8Array {
  return concat(u32(bytes.length), bytes);
}
