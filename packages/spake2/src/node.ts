import type { Arithmetic, Backend } from "./backend.ts";
import { encodeElement, M as maskOfA, N as maskOfB } from "./group.ts";
import { addPoints, base, decodePoint, encodePoint, negate } from "./node/point.ts";
import { type Factor, factor, importScalar, multiplyP } from "./node/scalar-multiplication.ts";

// The masks of RFC 9382 section 6, with what is needed to multiply them.
const M = factor(base(decodePoint(encodeElement(maskOfA))));
const N = factor(base(decodePoint(encodeElement(maskOfB))));

/**
 * Scalar multiplications by OpenSSL, through node:crypto: several times as fast as the portable backend. What is left to
 * JavaScript are some sixty products of coordinates, in an arithmetic that takes the same time for all of them.
 */
export const nodeBackend: Backend = {
  name: "node",
  beginA: (w, x) => begin({ own: M, peer: N }, w, x),
  beginB: (w, y) => begin({ own: N, peer: M }, w, y),
};

function begin(masks: { own: Factor; peer: Factor }, w: Uint8Array, s: Uint8Array): Arithmetic {
  const timesW = importScalar(w);
  return {
    // Never I, because nobody knows the logarithm of a mask.
    share: encodePoint(addPoints(timesW(masks.own), multiplyP(s)).sum),
    computeK(peerShare) {
      const { sum, isI } = addPoints(decodePoint(peerShare), negate(timesW(masks.peer)));
      const K = encodePoint(importScalar(s)(factor(sum)));
      return isI === 1 ? K.fill(0) : K;
    },
  };
}
