import { createHash } from "node:crypto";
import { concat, H, hex, lp, text, u8, u16 } from "./bytes.ts";
import { type Curve, mod, multiply, type Point } from "./curves.ts";

/** What a party of a key generation draws (spec 0011, section 3). */
export interface Maker {
  readonly number: number;
  readonly coefficients: readonly bigint[];
  readonly random: Uint8Array;
}

/** A key generation with these parties. */
export interface Making {
  readonly curve: Curve;
  readonly GT: Uint8Array;
  readonly threshold: number;
  readonly makers: readonly Maker[];
}

/** Section 2: that one knows `secret`, bound to a message. */
function proof(curve: Curve, { secret, random, message }: { secret: bigint; random: Uint8Array; message: Uint8Array }) {
  const scalar = curve.encodeScalar(secret);
  const k = wide(curve, text("countersign/1 frost-proof nonce"), scalar, random, message);
  const R = curve.encode(multiply(curve, k, curve.B));
  const A = curve.encode(multiply(curve, secret, curve.B));
  const c = wide(curve, text("countersign/1 frost-proof"), lp(text(curve.suite)), R, A, message);
  return concat(R, curve.encodeScalar(mod(k + c * secret, curve.q)));
}

function wide({ q }: Curve, ...parts: readonly Uint8Array[]): bigint {
  const digest = createHash("sha512")
    .update(concat(...parts))
    .digest();
  return BigInt(`0x${hex(digest)}`) % q;
}

function commitments({ curve }: Making, { coefficients }: Maker): Uint8Array {
  return concat(...coefficients.map((each) => curve.encode(multiply(curve, each, curve.B))));
}

function secretOf({ coefficients }: Maker): bigint {
  return coefficients[0] ?? 0n;
}

/** Round 1. */
export function commitmentsMessage(making: Making, maker: Maker): Uint8Array {
  const { curve, GT, threshold } = making;
  const own = commitments(making, maker);
  const message = concat(text("countersign/1 frost-pok"), GT, u16(maker.number), u16(threshold), own);
  return concat(own, proof(curve, { secret: secretOf(maker), random: maker.random, message }));
}

/** Round 2. */
export function shareMessage({ curve, GT }: Making, maker: Maker, to: number): Uint8Array {
  const share = curve.encodeScalar(shareOf(curve, maker, to));
  const message = concat(text("countersign/1 frost-share"), GT, u16(maker.number), u16(to), share);
  return concat(share, proof(curve, { secret: secretOf(maker), random: maker.random, message }));
}

function shareOf({ q }: Curve, { coefficients }: Maker, x: number): bigint {
  return mod(
    coefficients.reduce((sum, each, power) => sum + each * BigInt(x) ** BigInt(power), 0n),
    q,
  );
}

/** The key, and what everybody has of it. From the secrets themselves, and not from commitments. */
export function keyOf({ curve, GT, threshold, makers }: Making) {
  const sum = (values: readonly bigint[]) =>
    mod(
      values.reduce((total, value) => total + value, 0n),
      curve.q,
    );
  const publicOf = (secret: bigint): Point => multiply(curve, secret, curve.B);
  const secret = sum(makers.map(secretOf));
  const groupKey = curve.encode(publicOf(secret));
  const shares = makers.map(({ number }) => ({
    number,
    secret: sum(makers.map((maker) => shareOf(curve, maker, number))),
  }));
  const publics = shares.map((share) => ({ number: share.number, key: curve.encode(publicOf(share.secret)) }));
  const outcome = H(text("countersign/1 cert"), GT, groupKey, ...publics.map(({ key }) => key));
  const tail = concat(...publics.map(({ number, key }) => concat(u8(number), key)));
  const keyShares = shares.map(({ number, secret: own }) => ({
    number,
    bytes: concat(
      Uint8Array.of(1, curve.code, threshold, makers.length, number),
      GT,
      groupKey,
      curve.encodeScalar(own),
      tail,
    ),
  }));
  return {
    groupKey,
    outcome,
    keyId: hex(H(text("countersign/1 key-id"), lp(text(curve.suite)), groupKey).slice(0, 8)),
    group: H(text("countersign/1 key-group"), GT, groupKey, ...publics.map(({ key }) => key)).slice(0, 16),
    keyShares,
  };
}

/** Section 7: what people compare. */
export function proposalDigest(GT: Uint8Array, groupKey: Uint8Array, payload: Uint8Array): string {
  const digits = hex(H(text("countersign/1 proposal"), GT, groupKey, payload).slice(0, 8));
  return digits.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
