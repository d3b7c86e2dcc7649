import { confirmation, confirmationKeys, sharedKeys } from "../../../packages/spake2/src/key-schedule.ts";
import { portableBackend } from "../../../packages/spake2/src/portable.ts";
import { scalarFromBytes } from "../../../packages/spake2/src/scalar.ts";
import { transcript } from "../../../packages/spake2/src/transcript.ts";

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
  const [A, B] = [portableBackend.beginA(w.I, scalars.x), portableBackend.beginB(w.R, scalars.y)];
  const [pA, pB] = [A.share, B.share];
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
    I: keys(A.computeK(pB), w.I),
    R: keys(B.computeK(pA), w.R),
  };
}
