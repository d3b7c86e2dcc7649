import { concat, unhex } from "./bytes.ts";

// Affine arithmetic out of the textbooks, on bigints: slow, leaky, and nobody else's.

export type Point = readonly [x: bigint, y: bigint];

/** A group as spec 0011, section 1 has it. No point of the vectors is the identity. */
export interface Curve {
  readonly suite: string;
  readonly code: number;
  readonly q: bigint;
  readonly B: Point;
  add(one: Point, other: Point): Point;
  encode(point: Point): Uint8Array;
  encodeScalar(scalar: bigint): Uint8Array;
}

/** `[scalar]point`, for a scalar above 0. */
export function multiply(curve: Curve, scalar: bigint, point: Point): Point {
  if (scalar === 1n) return point;
  const half = multiply(curve, scalar >> 1n, point);
  const double = curve.add(half, half);
  return scalar & 1n ? curve.add(double, point) : double;
}

export function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** A number of 32 bytes, big-endian. */
export function be32(value: bigint): Uint8Array {
  return unhex(value.toString(16).padStart(64, "0"));
}

const p = 2n ** 256n - 2n ** 32n - 977n;

export const secp256k1: Curve = {
  suite: "secp256k1-taproot",
  code: 1,
  q: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  B: [
    0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  ],
  add([x1, y1], [x2, y2]) {
    const isDouble = x1 === x2;
    const slope = isDouble ? 3n * x1 * x1 * inverse(2n * y1, p) : (y2 - y1) * inverse(x2 - x1, p);
    const x = mod(slope * slope - x1 - x2, p);
    return [x, mod(slope * (x1 - x) - y1, p)];
  },
  encode: ([x, y]) => concat(Uint8Array.of(y & 1n ? 3 : 2), be32(x)),
  encodeScalar: be32,
};

const ell = 2n ** 255n - 19n;
const d = mod(-121665n * inverse(121666n, ell), ell);

export const ed25519: Curve = {
  suite: "ed25519",
  code: 2,
  q: 2n ** 252n + 27742317777372353535851937790883648493n,
  B: [
    15112221349535400772501151409588531511454012693041857206046113283949847762202n,
    46316835694926478169428394003475163141307993866256225615783033603165251855960n,
  ],
  add([x1, y1], [x2, y2]) {
    const product = d * x1 * x2 * y1 * y2;
    const x = (x1 * y2 + y1 * x2) * inverse(1n + product, ell);
    const y = (y1 * y2 + x1 * x2) * inverse(1n - product, ell);
    return [mod(x, ell), mod(y, ell)];
  },
  encode: ([x, y]) => be32(y | ((x & 1n) << 255n)).reverse(),
  encodeScalar: (scalar) => be32(scalar).reverse(),
};

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, u, v] = [mod(value, modulus), modulus, 1n, 0n];
  while (a > 1n) [a, b, u, v] = [b % a, a, v - (b / a) * u, u];
  return mod(u, modulus);
}
