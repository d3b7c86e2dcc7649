import { _splitEndoScalar, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";

const { Point } = secp256k1;

// secp256k1: [λ](x, y) = (βx, y), and a short basis of all (a, b) with a + bλ = 0 (SEC 2; Gallant, Lambert, Vanstone).
const BETA = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een;
const BASIS: Parameters<typeof _splitEndoScalar>[1] = [
  [0x3086d221a7d46bcde86c90e49284eb15n, -0xe4437ed6010e88286f547fa90abfe4c3n],
  [0x114ca50f7a8e2f3f657c1108d9d44cfd8n, 0x3086d221a7d46bcde86c90e49284eb15n],
];

/** `[λ]point`, for the price of one multiplication of coordinates. */
export function timesLambda({ X, Y, Z }: WeierstrassPoint<bigint>): WeierstrassPoint<bigint> {
  return new Point(Point.Fp.mul(X, BETA), Y, Z);
}

/** A public scalar as a + bλ, with a and b of half the length and of either sign. */
export function splitByLambda(scalar: bigint): readonly [bigint, bigint] {
  const { k1neg, k1, k2neg, k2 } = _splitEndoScalar(scalar, BASIS, Point.Fn.ORDER);
  return [k1neg ? -k1 : k1, k2neg ? -k2 : k2];
}
