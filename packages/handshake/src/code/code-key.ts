import { scalarFromBytes } from "@countersign/spake2";
import { concat, utf8 } from "@countersign/wire";
import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * Cost of the code's scrypt: N = 2^15, r = 8, p = 1, 32 bytes out. Memory 32 MiB. It is run once per typed code and
 * never because a packet came, so that the network cannot make an endpoint work.
 */
export const codeKdf = { N: 2 ** 15, r: 8, p: 1, dkLen: 32 } as const;

/** The salt of the code's scrypt (spec 0003, section 4): the code of one session is worth nothing in another. Public. */
export function codeSalt(group: Uint8Array, session: Uint8Array): Uint8Array {
  return concat(utf8("countersign/1 code"), group, session);
}

/**
 * w of SPAKE2 for one exchange: `OS2IP(HKDF-Expand(prk, "countersign/1 w" ‖ ctxh, 48)) mod (q−1) + 1`.
 * `prk` is scrypt's output, 32 bytes, secret. Returns 32 bytes, big-endian, secret.
 */
export function deriveW(prk: Uint8Array, ctxh: Uint8Array): Uint8Array {
  const wide = expand(sha256, prk, concat(utf8("countersign/1 w"), ctxh), 48);
  const w = scalarFromBytes(wide);
  wide.fill(0);
  return w;
}
