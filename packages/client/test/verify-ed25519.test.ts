import { createPublicKey, verify } from "node:crypto";
import { quickVerifier, verifyEd25519 } from "@countersign/client";
import { concat } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";

const { Point } = ed25519;
const secret = 1_234_567n;
const message = new Uint8Array(32).fill(3);
// Of order 8 and of order 2.
const eighth = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
const half = Point.fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/** A signature under `[secret]B + bent`, with `bentR` added to R: true by the equation with the cofactor. */
function signature(bent = Point.ZERO, bentR = Point.ZERO) {
  const key = Point.BASE.multiply(secret).add(bent).toBytes();
  const R = Point.BASE.multiply(77n).add(bentR).toBytes();
  const k = Point.Fn.create(bytesToNumberLE(sha512(concat(R, key, message))));
  return { key, signed: concat(R, numberToBytesLE(Point.Fn.create(77n + k * secret), 32)) };
}

const openssl = (signed: Uint8Array, of: Uint8Array, publicKey: Uint8Array) => {
  const x = Buffer.from(publicKey).toString("base64url");
  return verify(null, of, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }), signed);
};

describe("a quick verifier says what the plain one says", () => {
  const quick = quickVerifier(openssl);

  test.each([
    ["of a good signature", signature(), true],
    ["where a part of small order is in R", signature(Point.ZERO, eighth), true],
    ["where one is in the key", signature(eighth), true],
    ["where R and the key have one", signature(half, eighth), true],
  ])("%s, also where the platform's refuses it", (_, { key, signed }, expected) => {
    expect(verifyEd25519(signed, message, key)).toBe(expected);
    expect(quick(signed, message, key)).toBe(expected);
  });

  test.each([
    ["another message", signature().signed, new Uint8Array(32), signature().key],
    ["a scalar above the order", aboveTheOrder(), message, signature().key],
    ["another length", signature().signed.slice(1), message, signature().key],
    ["a key of small order", new Uint8Array(64).fill(0, 32), message, eighth.toBytes()],
    ["a key that is none", signature().signed, message, new Uint8Array(32).fill(0xff)],
    ["no key", signature().signed, message, new Uint8Array()],
  ])("of %s: no", (_, signed, of, key) => {
    expect(verifyEd25519(signed, of, key)).toBe(false);
    expect(quick(signed, of, key)).toBe(false);
  });

  test("which the platform's alone does not", () => {
    const { key, signed } = signature(Point.ZERO, eighth);
    expect(openssl(signed, message, key)).toBe(false);
  });

  test("and asks the platform only for keys that are strictly encoded, each looked at once", () => {
    const asked: Uint8Array[] = [];
    const verifier = quickVerifier((_signature, _message, key) => {
      asked.push(key);
      return true;
    });
    // The identity with the sign of x set, and an order of 1: nothing that a strict reader takes.
    const loose = new Uint8Array(32);
    loose.set([1]);
    loose[31] = 0x80;
    expect(verifier(signature().signed, message, loose)).toBe(false);
    expect(verifier(signature().signed, message, eighth.toBytes())).toBe(false);
    expect(asked).toEqual([]);
    expect(verifier(signature().signed, message, signature().key)).toBe(true);
    expect(asked).toHaveLength(1);
  });
});

function aboveTheOrder(): Uint8Array {
  const { signed } = signature();
  const s = bytesToNumberLE(signed.subarray(32)) + Point.Fn.ORDER;
  return concat(signed.subarray(0, 32), numberToBytesLE(s, 32));
}
