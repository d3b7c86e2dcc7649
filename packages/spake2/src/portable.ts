import type { Arithmetic, Backend } from "./backend.ts";
import { type Element, elementOf, encodeElement, M, N, P } from "./group.ts";
import { decodeScalar } from "./scalar.ts";

/** Everything in JavaScript, on @noble/curves; runs wherever ECMAScript does. The default. */
export const portableBackend: Backend = {
  name: "portable",
  beginA: (w, x) => begin({ own: M, peer: N }, w, x),
  beginB: (w, y) => begin({ own: N, peer: M }, w, y),
};

function begin(masks: { own: Element; peer: Element }, w: Uint8Array, s: Uint8Array): Arithmetic {
  return {
    share: encodeElement(masks.own.multiply(decodeScalar(w)).add(P.multiply(decodeScalar(s)))),
    computeK(peerShare) {
      const element = elementOf(peerShare);
      const unmasked = element.subtract(masks.peer.multiply(decodeScalar(w)));
      // The library is done with I at once: something else takes its place.
      const isI = unmasked.is0();
      const K = encodeElement((isI ? element : unmasked).multiply(decodeScalar(s)));
      return isI ? K.fill(0) : K;
    },
  };
}
