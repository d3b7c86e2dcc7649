import { equalBytes } from "@countersign/wire";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@scure/btc-signer/utils.js";

const { Point } = secp256k1;
const { Fn } = Point;
type Point = InstanceType<typeof Point>;

/** What is pre-signed, and with whose secret it becomes a signature. All public. */
export interface PreSigned {
  /** 32 bytes. */
  readonly message: Uint8Array;
  /** The adaptor point, 33 bytes, compressed. */
  readonly adaptor: Uint8Array;
}

/**
 * Makes a pre-signature of 65 bytes: a signature of BIP-340 that lacks the secret of the adaptor point (spec 0010,
 * section 2). `secretKey`: 32 bytes, secret. `auxRand`: 32 bytes, new and random each time. Throws for a key and a point
 * that are none.
 */
export function preSign(
  { message, adaptor }: PreSigned,
  { secretKey, auxRand }: { readonly secretKey: Uint8Array; readonly auxRand: Uint8Array },
): Uint8Array {
  const given = Fn.fromBytes(secretKey);
  const key = Point.BASE.multiply(given);
  const secret = isEven(key) ? given : Fn.neg(given);
  const mask = schnorr.utils.taggedHash("SchnorrAdaptor/aux", auxRand);
  const masked = Fn.toBytes(secret).map((byte, i) => byte ^ (mask[i] ?? 0));
  const drawn = scalarOf(schnorr.utils.taggedHash("SchnorrAdaptor/nonce", masked, adaptor, xOf(key), message));
  const point = Point.BASE.multiply(drawn).add(Point.fromBytes(adaptor));
  const nonce = isEven(point) ? drawn : Fn.neg(drawn);
  const e = challenge(point, xOf(key), message);
  const made = concatBytes(point.toBytes(true), Fn.toBytes(Fn.add(nonce, Fn.mul(e, secret))));
  // A computation that went wrong could give the key away.
  if (!verifyPreSignature(made, xOf(key), { message, adaptor })) throw new Error("the pre-signature does not verify");
  return made;
}

/** Whether a pre-signature becomes one of this key (32 bytes, x only) with the secret of the adaptor. Never throws. */
export function verifyPreSignature(
  preSignature: Uint8Array,
  publicKey: Uint8Array,
  { message, adaptor }: PreSigned,
): boolean {
  try {
    const { point, scalar } = parse(preSignature);
    const key = schnorr.utils.lift_x(toNumber(publicKey));
    const e = challenge(point, publicKey, message);
    const bare = Point.BASE.multiplyUnsafe(scalar).subtract(key.multiplyUnsafe(e));
    if (bare.is0()) return false;
    const found = isEven(point) ? point.subtract(bare) : point.add(bare);
    return !found.is0() && equalBytes(found.toBytes(true), adaptor);
  } catch {
    return false;
  }
}

/**
 * Completes a pre-signature with the secret of its adaptor (32 bytes): a signature of BIP-340, 64 bytes, if the two
 * belong together. Throws for what is no pre-signature and no scalar.
 */
export function adapt(preSignature: Uint8Array, secretAdaptor: Uint8Array): Uint8Array {
  const { point, scalar } = parse(preSignature);
  const secret = Fn.fromBytes(secretAdaptor);
  return concatBytes(xOf(point), Fn.toBytes(isEven(point) ? Fn.add(scalar, secret) : Fn.sub(scalar, secret)));
}

/** What whoever has the pre-signature learns from the signature: the secret of the adaptor, if the two belong together. */
export function extractSecretAdaptor(preSignature: Uint8Array, signature: Uint8Array): Uint8Array {
  const { point, scalar } = parse(preSignature);
  const complete = Fn.fromBytes(signature.subarray(32, 64));
  return Fn.toBytes(isEven(point) ? Fn.sub(complete, scalar) : Fn.sub(scalar, complete));
}

function parse(preSignature: Uint8Array): { readonly point: Point; readonly scalar: bigint } {
  if (preSignature.length !== 65) throw new Error("a pre-signature has 65 bytes");
  return { point: Point.fromBytes(preSignature.subarray(0, 33)), scalar: Fn.fromBytes(preSignature.subarray(33)) };
}

function challenge(point: Point, publicKey: Uint8Array, message: Uint8Array): bigint {
  return scalarOf(schnorr.utils.taggedHash("BIP0340/challenge", xOf(point), publicKey, message));
}

function isEven(point: Point): boolean {
  return point.toBytes(true)[0] === 2;
}

function xOf(point: Point): Uint8Array {
  return point.toBytes(true).subarray(1);
}

function scalarOf(hash: Uint8Array): bigint {
  return Fn.create(toNumber(hash));
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
