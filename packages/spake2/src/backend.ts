/**
 * What SPAKE2 computes with: the arithmetic of RFC 9382 section 3.3, for each of the two parties. Scalars (w, x, y) are 32
 * bytes big-endian in [1, p - 1], secret, and wiped by the caller when he is done; elements are 65 bytes, as of
 * `encodeElement`.
 */
export interface Backend {
  readonly name: string;
  beginA(w: Uint8Array, x: Uint8Array): Arithmetic;
  beginB(w: Uint8Array, y: Uint8Array): Arithmetic;
}

/** The arithmetic of one party under its w, and its x or y. */
export interface Arithmetic {
  /** pA = w*M + x*P, or pB = w*N + y*P; public. */
  readonly share: Uint8Array;
  /**
   * K = h*x*(pB - w*N), or K = h*y*(pA - w*M), where h = 1; secret. The peer's share was found to be in G. K is I if that
   * share is the mask alone: it is 65 zeros then, and took as long as any other, so that nothing tells a right guess of w.
   */
  computeK(peerShare: Uint8Array): Uint8Array;
}
