import { generateIdentity } from "@countersign/client";
import { ed25519 } from "@noble/curves/ed25519.js";
import { expect, test } from "vitest";
import { nodeSigner } from "../src/ceremony/sign.ts";

test("OpenSSL signs as the library does, byte for byte", () => {
  for (let i = 0; i < 20; i++) {
    const identity = generateIdentity();
    const sign = nodeSigner(identity);
    const message = new Uint8Array(i * 7).fill(i);
    expect(sign(message)).toEqual(ed25519.sign(message, identity.ed25519.secretKey));
  }
});
