import { copyBytes } from "@noble/hashes/utils.js";
import type { Backend } from "./backend.ts";
import { p } from "./group.ts";
import { portableBackend } from "./portable.ts";
import { decodeScalar, SCALAR_BYTES, scalarFromBytes, WIDE_BYTES } from "./scalar.ts";
import { requireBytes, UsageError } from "./usage-error.ts";

/** What a party starts from. Everything is copied; wiping `w` and `random48` afterwards is the caller's business. */
export interface PartyOptions {
  /** The scalar that both sides made of the password, 32 bytes big-endian in [1, p - 1]; secret. See `scalarFromBytes`. */
  readonly w: Uint8Array;
  /** Identity of A, public. Empty (absent) only where identities are implicit: unknown key shares are possible then. */
  readonly idA: Uint8Array;
  /** Identity of B, public. Empty (absent) only where identities are implicit. */
  readonly idB: Uint8Array;
  /** Additional authenticated data, public, at most 8,191 bytes (2^16 - 1 bits). Default: none. */
  readonly aad?: Uint8Array;
  /** 48 uniform bytes from a cryptographic generator, secret and never used again: they become x (of A) or y (of B). */
  readonly random48: Uint8Array;
  /** What the group is computed with; by default the portable backend. */
  readonly backend?: Backend | undefined;
}

/** The options checked and copied, under the names of RFC 9382. `ephemeral` is x or y. */
export interface Inputs {
  readonly w: Uint8Array;
  readonly ephemeral: Uint8Array;
  readonly A: Uint8Array;
  readonly B: Uint8Array;
  readonly AAD: Uint8Array;
  readonly backend: Backend;
}

const AAD_MAX_BYTES = 8191;

/** Throws UsageError `usage.bytes`, `usage.w-range`, `usage.aad-length`. */
export function readOptions({ w, idA, idB, aad, random48, backend = portableBackend }: PartyOptions): Inputs {
  requireBytes("w", w, SCALAR_BYTES);
  requireBytes("idA", idA);
  requireBytes("idB", idB);
  if (aad !== undefined) requireBytes("aad", aad);
  requireBytes("random48", random48, WIDE_BYTES);
  // w = 0 would take the masks off the shares, w >= p has a second encoding in TT.
  const value = decodeScalar(w);
  if (value === 0n || value >= p) throw new UsageError("usage.w-range", "w must be in [1, p - 1]");
  if (aad !== undefined && aad.length > AAD_MAX_BYTES) {
    throw new UsageError("usage.aad-length", `aad must have at most ${AAD_MAX_BYTES} bytes, not ${aad.length}`);
  }
  // Deviation: RFC 9382 takes x and y from [0, p); here they are in [1, p - 1], at a distance of 2^-128 from uniform.
  // A zero would send the bare mask and make K the unit element, so an honest run is the same for all practical purposes.
  return {
    w: copyBytes(w),
    ephemeral: scalarFromBytes(random48),
    A: copyBytes(idA),
    B: copyBytes(idB),
    AAD: aad === undefined ? new Uint8Array(0) : copyBytes(aad),
    backend,
  };
}
