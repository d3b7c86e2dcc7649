import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { encodeElement, M, N, P, p } from "../src/group.ts";
import { hex, utf8 } from "./support.ts";

// The curve stated a second time, as plain numbers, so that the test does not ask the library about itself.
const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function onCurve(x: bigint, y: bigint): boolean {
  return (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
}

/** x as a square root modulo the prime tells it: is there a point with this x? (Euler's criterion.) */
function hasPoint(x: bigint): boolean {
  let [result, base, exponent] = [1n, (((x * x * x - 3n * x + b) % prime) + prime) % prime, (prime - 1n) / 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result === 1n;
}

/** RFC 9382 appendix A: SHA-256 is iterated from the seed, and the first 33 bytes that are a compressed point win. */
function derive(seed: string): string {
  let hash = utf8(seed);
  for (;;) {
    hash = sha256(hash);
    const candidate = new Uint8Array([...hash, ...sha256(hash)].slice(0, 33));
    candidate[0] = 2 | ((candidate[0] ?? 0) & 1);
    const x = BigInt(`0x${hex(candidate.slice(1))}`);
    if (x < prime && hasPoint(x)) return hex(candidate);
  }
}

describe.each([
  { name: "M", element: M, stated: "02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f" },
  { name: "N", element: N, stated: "03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49" },
])("$name of RFC 9382 section 6", ({ name, element, stated }) => {
  test("has the compressed form that the RFC prints", () => {
    expect(element.toHex(true)).toBe(stated);
  });

  test("is on the curve", () => {
    const bytes = encodeElement(element);
    const [x, y] = [bytes.slice(1, 33), bytes.slice(33)].map((half) => BigInt(`0x${hex(half)}`)) as [bigint, bigint];
    expect(bytes[0]).toBe(4);
    expect(onCurve(x, y)).toBe(true);
  });

  test("is what appendix A derives from its seed, so that nobody chose it", () => {
    expect(derive(`1.2.840.10045.3.1.7 point generation seed (${name})`)).toBe(stated);
  });
});

test("P is the generator of P-256 and p its order", () => {
  expect(hex(encodeElement(P))).toBe(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
  );
  expect(p).toBe(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n);
  expect(P.multiply(p - 1n).equals(P.negate())).toBe(true);
});
