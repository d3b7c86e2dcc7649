import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { p256 } from "@noble/curves/nist.js";
import { equalBytes } from "@noble/curves/utils.js";
import { type Refused, refuse, type ShareRefusal } from "./refusal.ts";

// RFC 9382 sections 3.2 and 6: the group G of P-256, its order p (the cofactor h is 1, the unit element I is
// Point.ZERO), its generator P, and the elements M and N.
//
// On timing: noble's `multiply` performs the same sequence of group operations for every scalar, scans its tables
// whole, and adds a random 128-bit multiple of p to the scalar first. Its arithmetic is on bigints, though, whose
// speed depends on their values, and its conversion to affine coordinates inverts by Euclid's algorithm. README.md
// says what that means. `multiplyUnsafe` and the like are never used here: every scalar of this protocol is secret.

const { Point } = p256;

/** An element of G; secret or public as its name in the RFC tells. */
export type Element = WeierstrassPoint<bigint>;

/** The order of G (RFC 9382's p; not the prime of the field); public. */
export const p: bigint = Point.Fn.ORDER;

// Small tables for the three fixed elements, built when they are first multiplied. The first run of a process takes a
// party 40 ms and the others 5; without tables it is 20 and 11, with tables of the library's usual size 80 and 4.
const TABLE_WINDOW = 4; // bits

function fixed(element: Element): Element {
  return element.precompute(TABLE_WINDOW);
}

/** The generator of G. (A copy: the library's own comes with a table of its own size.) */
export const P: Element = fixed(Point.fromAffine(Point.BASE.toAffine()));

/** M of RFC 9382 section 6, which masks A's share; nobody knows its logarithm. */
export const M: Element = fixed(Point.fromHex("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f"));

/** N of RFC 9382 section 6, which masks B's share; nobody knows its logarithm. */
export const N: Element = fixed(Point.fromHex("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49"));

/** Bytes of an encoded element, and so of a share: 04 ‖ x(32) ‖ y(32). */
export const SHARE_BYTES = 65;

const UNCOMPRESSED = 0x04;

/**
 * The element, which is not I, as SEC 1 uncompressed bytes (65); RFC 9382 section 3.3 leaves the encoding to the
 * application. Where a backend's K is I, it is 65 zeros, so that TT has the length that it always has.
 */
export function encodeElement(element: Element): Uint8Array {
  return element.toBytes(false);
}

/** The element of such bytes; throws where they are none. */
export function elementOf(bytes: Uint8Array): Element {
  return Point.fromBytes(bytes);
}

/**
 * Whether bytes from the peer (65, public) are a share, so an element of G, as RFC 9382 section 7 demands. `ownShare` is
 * what this party sent: the same bytes coming back are a reflection. Never throws on bytes.
 */
export function checkPeerShare(share: Uint8Array, ownShare: Uint8Array): CheckedShare {
  return equalBytes(share, ownShare) ? refuse("spake2.share-own") : checkShare(share);
}

/**
 * Whether bytes are a share at all: 65 bytes that encode an element of G (RFC 9382 section 7). For a responder who wants to
 * know before it begins a run, which costs more than a hundred times as much. Never throws on bytes.
 */
export function checkShare(share: Uint8Array): CheckedShare {
  if (share.length !== SHARE_BYTES) return refuse("spake2.share-length");
  if (share[0] !== UNCOMPRESSED) return refuse("spake2.share-format");
  if (share.subarray(1).every((byte) => byte === 0)) return refuse("spake2.share-identity");
  try {
    // The library checks both coordinates against the prime and the equation, and tells only by throwing.
    // The cofactor is 1: an element on the curve other than I is in the group of order p.
    elementOf(share);
    return { ok: true };
  } catch {
    return refuse("spake2.share-off-curve");
  }
}

type CheckedShare = { readonly ok: true } | Refused<ShareRefusal>;
