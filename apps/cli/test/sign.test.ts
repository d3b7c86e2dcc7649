import { generateIdentity } from "@countersign/client";
import { SeededRandom } from "@countersign/testkit";
import { ed25519 } from "@noble/curves/ed25519.js";
import { expect, test } from "vitest";
import { nodeSigner } from "../src/ceremony/sign.ts";

test("OpenSSL signs as the library does, byte for byte", () => {
  const random = new SeededRandom(11);
  for (let i = 0; i < 20; i++) {
    const identity = generateIdentity(random.bytes);
    const sign = nodeSigner(identity);
    const message = random.bytes(i * 7);
    expect(sign(message)).toEqual(ed25519.sign(message, identity.ed25519.secretKey));
  }
});
