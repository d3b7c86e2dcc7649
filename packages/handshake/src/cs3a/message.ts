import type { DhFunctions, KeyPair } from "@countersign/noise";
import { concat, equalBytes } from "@countersign/wire";
import { agree, KEY_LENGTH, NONCE_LENGTH, oneTimeAuth, openSecretbox, secretbox, TAG_LENGTH } from "./nacl.ts";
import { type Result3a, refused3a } from "./results.ts";

/** CSID of telehash's cipher set on curve25519, XSalsa20 and Poly1305. */
export const CSID_3A = 0x3a;
/** What a message adds to its inner packet, in bytes. */
export const MESSAGE_OVERHEAD_3A = KEY_LENGTH + NONCE_LENGTH + TAG_LENGTH + TAG_LENGTH;

/** What a message is made of. */
export interface MessageOptions3a {
  /** The key pair of this endpoint, whose public key is its CSK. */
  readonly sender: KeyPair;
  /** The key pair of this end of the exchange. */
  readonly ephemeral: KeyPair;
  /** The CSK of the other endpoint, 32 bytes, public. */
  readonly recipient: Uint8Array;
  /** 24 random bytes, fresh for each message: two under one ephemeral key and nonce open each other. */
  readonly nonce: Uint8Array;
  /** The encoded LOB packet that is encrypted. */
  readonly inner: Uint8Array;
}

/**
 * A message that this end could decrypt, and nothing more: **anybody who knows this end's public key can have made it.**
 * What is in it is for finding the sender's key, with which `verifyMessage3a` makes a `VerifiedMessage3a` of it.
 */
export interface UnverifiedMessage3a {
  /** The sender's ephemeral public key, 32 bytes; its first 16 are the EXCH of the exchange. */
  readonly ephemeral: Uint8Array;
  /** The inner packet, of whoever it is. */
  readonly unverifiedInner: Uint8Array;
  /** A copy of the body, so that what is verified is what was decrypted. */
  readonly body: Uint8Array;
}

declare const verified: unique symbol;

/**
 * A message that was made by who has the secret key of `sender`, or of its recipient: both ends can make AUTH, so it
 * convinces the recipient and nobody else. It may be a replay; `at` (spec 0003, section 3) tells.
 */
export interface VerifiedMessage3a {
  /** Nobody but `verifyMessage3a` makes one. */
  readonly [verified]: true;
  /** The sender's CSK, 32 bytes, public. */
  readonly sender: Uint8Array;
  /** The sender's ephemeral public key, 32 bytes. */
  readonly ephemeral: Uint8Array;
  readonly inner: Uint8Array;
}

/**
 * Makes the body of a message (telehash v3, "Cipher Set 3a"; spec 0009, section 3): `KEY(32) ‖ NONCE(24) ‖ secretbox ‖
 * AUTH(16)`. A recipient's key that is no key is refused; throws `UsageError` for a nonce of another length than 24.
 */
export function encryptMessage3a(dh: DhFunctions, options: MessageOptions3a): Result3a<Uint8Array> {
  const { sender, ephemeral, recipient, nonce, inner } = options;
  const boxKey = agree(dh, ephemeral, recipient);
  if (!boxKey.ok) return boxKey;
  const authSecret = agree(dh, sender, recipient);
  if (!authSecret.ok) return authSecret;
  const [box, auth] = [boxKey.value, authSecret.value];
  const value = sealMessage3a({ ephemeral: ephemeral.publicKey, box, auth, nonce, inner });
  box.fill(0);
  auth.fill(0);
  return { ok: true, value };
}

/** Decrypts the body of a message with the key pair of this endpoint. This proves nothing about who sent it. */
export function decryptMessage3a(dh: DhFunctions, recipient: KeyPair, body: Uint8Array): Result3a<UnverifiedMessage3a> {
  if (body.length < MESSAGE_OVERHEAD_3A) return refused3a("cs3a.length");
  const copy = body.slice();
  const { ephemeral, nonce, box } = partsOf(copy);
  const key = agree(dh, recipient, ephemeral);
  if (!key.ok) return key;
  const inner = openSecretbox(key.value, nonce, box);
  key.value.fill(0);
  if (inner === undefined) return refused3a("cs3a.forged");
  return { ok: true, value: { ephemeral, unverifiedInner: inner, body: copy } };
}

/** Whose message it is said to be, and for whom it is. */
export interface MessageEnds3a {
  readonly recipient: KeyPair;
  /** The CSK that the sender must have the secret key of; one that came inside of the message will do. */
  readonly sender: Uint8Array;
}

/** Verifies that a decrypted message was made by the endpoint with this CSK. */
export function verifyMessage3a(
  dh: DhFunctions,
  message: UnverifiedMessage3a,
  { recipient, sender }: MessageEnds3a,
): Result3a<VerifiedMessage3a> {
  const secret = agree(dh, recipient, sender);
  if (!secret.ok) return secret;
  const authentic = isAuthentic(secret.value, message.body);
  secret.value.fill(0);
  if (!authentic) return refused3a("cs3a.forged");
  const { ephemeral, unverifiedInner: inner } = message;
  return { ok: true, value: { sender: sender.slice(), ephemeral, inner } as VerifiedMessage3a };
}

/** The secrets that two ends open and verify a message with, kept by who gets more than one. */
export interface MessageSecrets3a {
  /** `agree` of both endpoints' keys, 32 bytes. */
  readonly auth: Uint8Array;
  /** `agree` of the recipient's and the sender's ephemeral key, computed when the message is authentic. */
  readonly box: () => Uint8Array | undefined;
  /** The sender's CSK. */
  readonly sender: Uint8Array;
}

/** Verifies a message of a known sender, and decrypts it only then: what is forged costs a hash. */
export function openMessage3a({ auth, box, sender }: MessageSecrets3a, body: Uint8Array): Result3a<VerifiedMessage3a> {
  if (body.length < MESSAGE_OVERHEAD_3A) return refused3a("cs3a.length");
  const copy = body.slice();
  if (!isAuthentic(auth, copy)) return refused3a("cs3a.forged");
  const { ephemeral, nonce, box: sealed } = partsOf(copy);
  const key = box();
  if (key === undefined) return refused3a("cs3a.small-order");
  const inner = openSecretbox(key, nonce, sealed);
  if (inner === undefined) return refused3a("cs3a.forged");
  return { ok: true, value: { sender: sender.slice(), ephemeral, inner } as VerifiedMessage3a };
}

/** What a message is sealed with, where the secrets are at hand. */
export interface SealOptions3a {
  /** The public key of this end of the exchange. */
  readonly ephemeral: Uint8Array;
  /** `agree` of the ephemeral key and the recipient's, 32 bytes. */
  readonly box: Uint8Array;
  /** `agree` of both endpoints' keys, 32 bytes. */
  readonly auth: Uint8Array;
  /** 24 random bytes. */
  readonly nonce: Uint8Array;
  readonly inner: Uint8Array;
}

/** Makes the body of a message. */
export function sealMessage3a({ ephemeral, box, auth, nonce, inner }: SealOptions3a): Uint8Array {
  const authentic = concat(ephemeral, nonce, secretbox(box, nonce, inner));
  return concat(authentic, oneTimeAuth(auth, nonce, authentic));
}

/** Whether AUTH was made with this secret of both endpoints: by the peer, or by this end itself. */
export function isAuthentic(auth: Uint8Array, body: Uint8Array): boolean {
  if (body.length < MESSAGE_OVERHEAD_3A) return false;
  const parts = partsOf(body);
  return equalBytes(parts.auth, oneTimeAuth(auth, parts.nonce, parts.authentic));
}

function partsOf(body: Uint8Array) {
  const box = KEY_LENGTH + NONCE_LENGTH;
  const auth = body.length - TAG_LENGTH;
  return {
    ephemeral: body.subarray(0, KEY_LENGTH),
    nonce: body.subarray(KEY_LENGTH, box),
    box: body.subarray(box, auth),
    authentic: body.subarray(0, auth),
    auth: body.subarray(auth),
  };
}
