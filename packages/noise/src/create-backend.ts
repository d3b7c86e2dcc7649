import type { Backend, CipherFunctions, CipherName, HashFunctions, HashName } from "./backend.ts";
import { type AeadKey, cipherFunctions } from "./cipher-functions.ts";
import { dhFunctions, type X25519 } from "./dh-functions.ts";
import { hashFunctions } from "./hash-functions.ts";

/** What a platform has to bring; lengths, nonces and small orders are checked before it is called. */
export interface Primitives {
  readonly name: string;
  readonly x25519: X25519;
  readonly aead: Readonly<Record<CipherName, (k: Uint8Array) => AeadKey>>;
  readonly hash: Readonly<Record<HashName, (data: Uint8Array) => Uint8Array>>;
  /** Where there is none, HKDF is made of the hash function. */
  readonly hkdf?: Readonly<Partial<Record<HashName, NonNullable<HashFunctions["hkdf"]>>>> | undefined;
}

/** Makes the functions of section 4 out of a platform's primitives. */
export function createBackend(primitives: Primitives): Backend {
  const { aead, hash, hkdf } = primitives;
  const ciphers: Readonly<Record<CipherName, CipherFunctions>> = {
    ChaChaPoly: cipherFunctions("ChaChaPoly", aead.ChaChaPoly),
    AESGCM: cipherFunctions("AESGCM", aead.AESGCM),
  };
  const hashes: Readonly<Record<HashName, HashFunctions>> = {
    SHA256: hashFunctions("SHA256", hash.SHA256, hkdf?.SHA256),
    SHA512: hashFunctions("SHA512", hash.SHA512, hkdf?.SHA512),
    BLAKE2s: hashFunctions("BLAKE2s", hash.BLAKE2s, hkdf?.BLAKE2s),
    BLAKE2b: hashFunctions("BLAKE2b", hash.BLAKE2b, hkdf?.BLAKE2b),
  };
  return {
    name: primitives.name,
    dh: dhFunctions(primitives.x25519),
    cipher: (name) => ciphers[name],
    hash: (name) => hashes[name],
  };
}
