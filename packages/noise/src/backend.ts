/** The name of the DH functions (section 12.1). */
export type DhName = "25519";
/** The names of the cipher functions (sections 12.3 and 12.4). */
export type CipherName = "ChaChaPoly" | "AESGCM";
/** The names of the hash functions (sections 12.5 to 12.8). */
export type HashName = "SHA256" | "SHA512" | "BLAKE2s" | "BLAKE2b";

/** Returns `length` fresh bytes of a cryptographic random generator. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * Section 4.1: a DH key pair, 32 bytes each; `privateKey` is secret. Any object of this shape will do; one that a backend
 * made may hold its key in an imported form, which makes it several times faster to use with that backend.
 */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Section 4.1: the DH functions. Lengths other than `DHLEN` throw NoiseUsageError `usage.byte-length`. */
export interface DhFunctions {
  readonly name: DhName;
  readonly DHLEN: 32;
  /** GENERATE_KEYPAIR(); the private key is drawn from `randomBytes`, by default the platform's generator. */
  generateKeyPair(randomBytes?: RandomBytes): KeyPair;
  /** The key pair of a private key (32 bytes, secret), which is copied. */
  keyPair(privateKey: Uint8Array): KeyPair;
  /** Overwrites the private key of a pair, as far as a program in this language can; the pair is then of no use. */
  destroyKeyPair(keyPair: KeyPair): void;
  /**
   * DH(key_pair, public_key): 32 bytes, secret; undefined for a public key of small order (RFC 7748, section 6.1).
   *
   * Deviation: section 12.1 allows to refuse what produces an all-zero output, and advises against it. It is refused,
   * because protocols that mistake a public key for a secret lose less; peers see a failed handshake either way.
   */
  dh(keyPair: KeyPair, publicKey: Uint8Array): Uint8Array | undefined;
}

/** Section 4.2: ENCRYPT and DECRYPT under one imported key, for those who number their messages themselves. */
export interface CipherKey {
  /**
   * ENCRYPT(k, n, ad, plaintext): `plaintext.length` + 16 bytes. Never use a nonce twice; 2^64-1 is reserved for REKEY.
   * Throws NoiseUsageError `usage.nonce-range`, `usage.destroyed`.
   */
  seal(n: bigint | number, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /**
   * DECRYPT(k, n, ad, ciphertext): the plaintext, or undefined where authentication fails or 16 bytes are not there.
   * Throws NoiseUsageError `usage.nonce-range`, `usage.destroyed`.
   */
  open(n: bigint | number, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  /** Forgets the key and overwrites the copies that this program holds of it. */
  destroy(): void;
}

/** Section 4.2: the cipher functions. */
export interface CipherFunctions {
  readonly name: CipherName;
  /** Imports a key (32 bytes, secret), which is copied; throws NoiseUsageError `usage.byte-length`. */
  importKey(k: Uint8Array): CipherKey;
}

/** Section 4.3: the hash functions; HMAC-HASH and HKDF are made of them. */
export interface HashFunctions {
  readonly name: HashName;
  /** Bytes of an output: 32 or 64. */
  readonly HASHLEN: number;
  /** Bytes of a block of the hash function: 64 or 128. */
  readonly BLOCKLEN: number;
  /** HASH(data): HASHLEN bytes, a new array. */
  hash(data: Uint8Array): Uint8Array;
  /**
   * HKDF(chaining_key, input_key_material, n) where the platform brings one, for n = `length` / HASHLEN: secret bytes that
   * stay until the next call, to be copied and wiped, or undefined where its own is not for these inputs. It is that of RFC
   * 5869 with the chaining key as salt and no info.
   */
  hkdf?(chainingKey: Uint8Array, inputKeyMaterial: Uint8Array, length: number): Uint8Array | undefined;
}

/** Section 4: everything that a Noise protocol computes with. */
export interface Backend {
  readonly name: string;
  readonly dh: DhFunctions;
  cipher(name: CipherName): CipherFunctions;
  hash(name: HashName): HashFunctions;
}
