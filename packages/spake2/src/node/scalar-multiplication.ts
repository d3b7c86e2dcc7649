import { Buffer } from "node:buffer";
import { createECDH, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { equalBytes } from "@noble/curves/utils.js";
import { p } from "../group.ts";
import { encodeScalar, SCALAR_BYTES } from "../scalar.ts";
import { fromBytes } from "./field.ts";
import { type Base, decodePoint, encodePoint, negate, type Point, recover } from "./point.ts";

/** An element that is to be multiplied, with all that it takes. */
export interface Factor extends Base {
  /** The element as OpenSSL holds it. */
  readonly keyObject: KeyObject;
}

export function factor(S: Base): Factor {
  return { ...S, keyObject: importPublic(encodePoint(S)) };
}

/** s*P: of its own public keys OpenSSL tells both coordinates. */
export function multiplyP(s: Uint8Array): Point {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(s);
  return decodePoint(ecdh.getPublicKey());
}

/**
 * S -> s*S. OpenSSL tells of a shared secret its x alone; y comes out of a second one, with s + 1. For s = p - 1 there is no
 * second one: the time tells that scalar from all others, for which the chance is 2^-256.
 */
export function importScalar(s: Uint8Array): (S: Factor) => Point {
  if (equalBytes(s, MINUS_ONE)) return negate;
  const next = plusOne(s);
  const [privateKey, nextKey] = [importPrivate(s), importPrivate(next)];
  next.fill(0);
  return (S) => recover(S, sharedX(privateKey, S), sharedX(nextKey, S));
}

const MINUS_ONE = encodeScalar(p - 1n);

function sharedX(privateKey: KeyObject, S: Factor) {
  const secret = diffieHellman({ privateKey, publicKey: S.keyObject });
  const x = fromBytes(secret);
  secret.fill(0);
  return x;
}

// What stands before the scalar in a private key of PKCS #8 (RFC 5208 and 5915), and before the element in a
// SubjectPublicKeyInfo (RFC 5480). DER, because PEM and JWK are made of strings, which cannot be wiped.
const PKCS8_HEAD = Buffer.from("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", "hex");
const SPKI_HEAD = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

function importPrivate(s: Uint8Array): KeyObject {
  const key = Buffer.concat([PKCS8_HEAD, s]);
  const keyObject = createPrivateKey({ key, format: "der", type: "pkcs8" });
  key.fill(0);
  return keyObject;
}

function importPublic(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([SPKI_HEAD, bytes]);
  const keyObject = createPublicKey({ key, format: "der", type: "spki" });
  key.fill(0);
  return keyObject;
}

/** s + 1, without a branch. */
function plusOne(s: Uint8Array): Uint8Array {
  const next = new Uint8Array(SCALAR_BYTES);
  let carry = 1;
  for (let i = SCALAR_BYTES - 1; i >= 0; i--) {
    const sum = (s[i] as number) + carry;
    next[i] = sum;
    carry = sum >>> 8;
  }
  return next;
}
