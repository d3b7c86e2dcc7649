import { base64 } from "@scure/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyMessage } from "../../src/attest/verify-message.ts";
import { valid } from "./bip322-vectors.ts";

describe("what nobody signed", () => {
  it("is refused, and nothing throws", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 200 }).map(base64.encode));
    const address = fc.oneof(fc.constantFrom(...valid.map((vector) => vector.address)), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(address, text, text, (address, message, signature) => {
        expect(verifyMessage({ address, message, signature }).isValid).toBe(false);
      }),
    );
  });

  // A signature has one form: what differs in a bit is another one, and that nobody made.
  it.each(valid.slice(-2))("is refused after any change of one bit of $signature", ({ signature, ...vector }) => {
    const bytes = base64.decode(signature);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(verifyMessage({ ...vector, signature: base64.encode(changed) }).isValid).toBe(false);
    }
  });
});
