import { concatBytes } from "@noble/hashes/utils.js";

/** What goes into TT, named as in RFC 9382; each as bytes. */
export interface TranscriptParts {
  /** Identity of A; empty where it is absent. Public. */
  readonly A: Uint8Array;
  /** Identity of B; empty where it is absent. Public. */
  readonly B: Uint8Array;
  /** A's share, 65 bytes. Public. */
  readonly pA: Uint8Array;
  /** B's share, 65 bytes. Public. */
  readonly pB: Uint8Array;
  /** The shared element, 65 bytes. Secret. */
  readonly K: Uint8Array;
  /** The password scalar, big-endian, padded to 32 bytes. Secret. */
  readonly w: Uint8Array;
}

/**
 * TT = len(A) ‖ A ‖ len(B) ‖ B ‖ len(pA) ‖ pA ‖ len(pB) ‖ pB ‖ len(K) ‖ K ‖ len(w) ‖ w; RFC 9382 section 3.3; secret.
 * An absent identity is not left out but has length 0.
 */
export function transcript({ A, B, pA, pB, K, w }: TranscriptParts): Uint8Array {
  return concatBytes(len(A), A, len(B), B, len(pA), pA, len(pB), pB, len(K), K, len(w), w);
}

/** len(S): the length of S in bytes, as eight bytes little-endian (RFC 9382 section 3.2). */
function len(S: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(S.length), true);
  return bytes;
}
