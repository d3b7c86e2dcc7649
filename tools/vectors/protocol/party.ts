import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { type KeyPair, portableBackend } from "../../../packages/noise/src/index.ts";
import { fixedRandom } from "../randomness.ts";
import { concat, H, unhex } from "./bytes.ts";

/** A party of a scenario, secrets included. */
export interface PartySecrets {
  readonly number: number;
  readonly label: string;
  readonly eid: Uint8Array;
  readonly versions: Uint8Array;
  readonly noiseStatic: KeyPair;
  readonly ed25519: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };
}

/** Spec 0003, section 2. */
export interface SessionFacts {
  readonly group: Uint8Array;
  readonly session: Uint8Array;
  readonly kind: "keygen" | "sign" | "exchange";
  readonly parties: number;
  readonly threshold: number;
}

export const KIND_BYTE = { keygen: 1, sign: 2, exchange: 3 } as const;

/** A party whose keys follow from its label, and whose eid follows from scenario and label. */
export function makeParty(scenario: string, number: number, label: string): PartySecrets {
  const privateKey = fixedRandom(`${label}/ed25519`, 32);
  return {
    number,
    label,
    eid: fixedRandom(`${scenario}/${label}/eid`, 32),
    versions: Uint8Array.of(1),
    noiseStatic: keyPair(fixedRandom(`${label}/static`, 32)),
    ed25519: { privateKey, publicKey: ed25519PublicKey(privateKey) },
  };
}

export function keyPair(privateKey: Uint8Array): KeyPair {
  return portableBackend.dh.keyPair(privateKey);
}

/** Order of spec 0003, section 1.3: the low bit of the numbers that `own` chooses towards `peer`. */
export function orderOf(own: PartySecrets, peer: PartySecrets): bigint {
  return Buffer.compare(own.eid, peer.eid) > 0 ? 1n : 0n;
}

/** The number that `own` chooses when it has never met `peer`, spec 0003, section 3.2. */
export function firstAt(own: PartySecrets, peer: PartySecrets, unixSeconds: number): bigint {
  const at = BigInt(unixSeconds);
  return (at & 1n) === orderOf(own, peer) ? at : at + 1n;
}

/** A UUID of version 4, so that it looks like one. */
export function fixedUuid(label: string): Uint8Array {
  const bytes = H(fixedRandom(label, 32)).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** An Ed25519 signature, RFC 8032. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, ed25519PrivateKey(seed)));
}

function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(ed25519PrivateKey(seed)).export({ format: "der", type: "spki" });
  return new Uint8Array(spki.subarray(-32));
}

function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  const key = Buffer.from(concat(unhex("302e020100300506032b657004220420"), seed));
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}
