import { schnorr } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import { adapt, extractSecretAdaptor, preSign, verifyPreSignature } from "../../src/adaptor.ts";
import { adapted, extracted, made, verified } from "./vectors.ts";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (from: Uint8Array) => Buffer.from(from).toString("hex").toUpperCase();

describe("pre-signatures", () => {
  it.each(made)("are made: $adaptor", ({ key, preSignature, ...vector }) => {
    const what = { message: bytes(vector.message), adaptor: bytes(vector.adaptor) };
    const how = { secretKey: bytes(vector.secretKey), auxRand: bytes(vector.auxRand) };
    expect(hex(preSign(what, how))).toBe(preSignature);
    expect(verifyPreSignature(bytes(preSignature), bytes(key), what)).toBe(true);
  });

  it.each(verified)("are verified: $comment", ({ isValid, key, preSignature, message, adaptor }) => {
    const what = { message: bytes(message), adaptor: bytes(adaptor) };
    expect(verifyPreSignature(bytes(preSignature), bytes(key), what)).toBe(isValid);
  });

  it.each(adapted)("are adapted: $comment", ({ isValid, key, message, secret, preSignature, signature }) => {
    expect(hex(adapt(bytes(preSignature), bytes(secret)))).toBe(signature);
    expect(schnorr.verify(bytes(signature), bytes(message), bytes(key))).toBe(isValid);
  });

  it.each(extracted)("give the secret away: $comment", ({ isSecret, secret, preSignature, signature }) => {
    expect(hex(extractSecretAdaptor(bytes(preSignature), bytes(signature))) === secret).toBe(isSecret);
  });

  it("are no signatures, whatever bit is changed, and neither are they for anything else", () => {
    const [vector] = made;
    if (vector === undefined) throw new Error("no vectors");
    const what = { message: bytes(vector.message), adaptor: bytes(vector.adaptor) };
    const whole = bytes(vector.preSignature);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const changed = whole.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(verifyPreSignature(changed, bytes(vector.key), what)).toBe(false);
    }
    for (let length = 0; length < whole.length; length++) {
      expect(verifyPreSignature(whole.subarray(0, length), bytes(vector.key), what)).toBe(false);
    }
    expect(schnorr.verify(whole.subarray(1), what.message, bytes(vector.key))).toBe(false);
  });
});
