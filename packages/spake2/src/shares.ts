import { type Element, M, N, P } from "./group.ts";

// RFC 9382 section 3.3, the part of it that is arithmetic. All scalars are in [1, p - 1] and secret.

/** pA = w*M + X, with X = x*P; public once encoded. */
export function computePA(w: bigint, x: bigint): Element {
  const X = P.multiply(x);
  return M.multiply(w).add(X);
}

/** pB = w*N + Y, with Y = y*P; public once encoded. */
export function computePB(w: bigint, y: bigint): Element {
  const Y = P.multiply(y);
  return N.multiply(w).add(Y);
}

/** A's K = h*x*(pB - w*N), where h = 1; secret, and I if and only if pB = w*N. */
export function computeKOfA(w: bigint, x: bigint, pB: Element): Element {
  return pB.subtract(N.multiply(w)).multiply(x);
}

/** B's K = h*y*(pA - w*M), where h = 1; secret, and I if and only if pA = w*M. */
export function computeKOfB(w: bigint, y: bigint, pA: Element): Element {
  return pA.subtract(M.multiply(w)).multiply(y);
}
