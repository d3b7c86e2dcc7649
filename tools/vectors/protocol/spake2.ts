import { encodeElement } from "../../../packages/spake2/src/group.ts";
import { confirmation, confirmationKeys, sharedKeys } from "../../../packages/spake2/src/key-schedule.ts";
import { decodeScalar, scalarFromBytes } from "../../../packages/spake2/src/scalar.ts";
import { computeKOfA, computeKOfB, computePA, computePB } from "../../../packages/spake2/src/shares.ts";
import { transcript } from "../../../packages/spake2/src/transcript.ts";
import { decodePoint } from "./point.ts";

export interface Spake2Options {
  readonly idA: Uint8Array;
  readonly idB: Uint8Array;
  readonly aad: Uint8Array;
  /** The initiator's w, and the responder's: the same unless one of them has another code. */
  readonly w: { readonly I: Uint8Array; readonly R: Uint8Array };
  /** 48 bytes each. */
  readonly random: { readonly I: Uint8Array; readonly R: Uint8Array };
}

/** All that one end computes. */
export interface Spake2Keys {
  readonly K: Uint8Array;
  readonly TT: Uint8Array;
  readonly Ke: Uint8Array;
  readonly Ka: Uint8Array;
  readonly KcA: Uint8Array;
  readonly KcB: Uint8Array;
  readonly cA: Uint8Array;
  readonly cB: Uint8Array;
}

/** Spec 0003, section 5.2, up to the confirmations, with every intermediate value. */
export function spake2({ idA, idB, aad, w, random }: Spake2Options) {
  const scalars = { x: scalarFromBytes(random.I), y: scalarFromBytes(random.R) };
  const [wI, wR] = [decodeScalar(w.I), decodeScalar(w.R)];
  const [x, y] = [decodeScalar(scalars.x), decodeScalar(scalars.y)];
  const pA = encodeElement(computePA(wI, x));
  const pB = encodeElement(computePB(wR, y));
  const keys = (K: Uint8Array, ownW: Uint8Array): Spake2Keys => {
    const TT = transcript({ A: idA, B: idB, pA, pB, K, w: ownW });
    const { Ke, Ka } = sharedKeys(TT);
    const { KcA, KcB } = confirmationKeys(Ka, aad);
    return { K, TT, Ke, Ka, KcA, KcB, cA: confirmation(KcA, TT), cB: confirmation(KcB, TT) };
  };
  return {
    ...scalars,
    pA,
    pB,
    I: keys(encodeElement(computeKOfA(wI, x, decodePoint(pB))), w.I),
    R: keys(encodeElement(computeKOfB(wR, y, decodePoint(pA))), w.R),
  };
}
