import { createPrivateKey, createPublicKey } from "node:crypto";
import { portableBackend } from "@countersign/noise";
import { encodeHex } from "@countersign/wire";
import { expect } from "vitest";
import { unhex } from "../support/shared-vectors.ts";
import type { PartyJson } from "./vector-files.ts";

interface KeyPairJson {
  readonly private: string;
  readonly public: string;
}

/** Holds the public half of an X25519 key pair against its private half. */
export function checkX25519(pair: KeyPairJson): void {
  expect(encodeHex(portableBackend.dh.keyPair(unhex(pair.private)).publicKey)).toBe(pair.public);
}

/** Holds a party's public keys against its private ones. */
export function checkPartyKeys({ static: noiseStatic, ed25519: signing }: PartyJson): void {
  checkX25519(noiseStatic);
  const key = Buffer.from(`302e020100300506032b657004220420${signing.private}`, "hex");
  const spki = createPublicKey(createPrivateKey({ key, format: "der", type: "pkcs8" })).export({
    format: "der",
    type: "spki",
  });
  expect(spki.subarray(-32).toString("hex")).toBe(signing.public);
}
