import { utf8 } from "@countersign/wire";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { CompactSize } from "@scure/btc-signer";
import { concatBytes, equalBytes, hash160, sha256x2 } from "@scure/btc-signer/utils.js";

const MAGIC = "Bitcoin Signed Message:\n";
/** What the first byte says beside which of four keys it is: 27 and up, 4 more for a compressed key. */
const FIRST = 27;
const COMPRESSED = 4;

/** Verifies a 65-byte signature of `signmessage` by the HASH160 of the key. Never throws. */
export function verifyCompact(keyHash: Uint8Array, message: string, signature: Uint8Array): boolean {
  const [head, ...rest] = signature;
  const flags = (head ?? 0) - FIRST;
  if (signature.length !== 65 || flags < 0 || flags > 7) return false;
  try {
    const recoverable = Uint8Array.of(flags % COMPRESSED, ...rest);
    const key = secp256k1.recoverPublicKey(recoverable, messageHash(message), { prehash: false });
    const encoded = flags < COMPRESSED ? secp256k1.Point.fromBytes(key).toBytes(false) : key;
    return equalBytes(hash160(encoded), keyHash);
  } catch {
    return false;
  }
}

/** The double SHA-256 that is signed: no transaction can have the same. */
function messageHash(message: string): Uint8Array {
  return sha256x2(withLength(utf8(MAGIC)), withLength(utf8(message)));
}

function withLength(bytes: Uint8Array): Uint8Array {
  return concatBytes(CompactSize.encode(BigInt(bytes.length)), bytes);
}
