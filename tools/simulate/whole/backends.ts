import { type Backend, createBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { concat, encodeHex } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";

/** What would have been scalar multiplications in stand-in backends so far. */
export const counted = { dh: 0 };

/**
 * A backend whose public keys are hashes of the private ones, and whose shared secrets are hashes of the public keys:
 * both sides have the same one, and nobody here looks for it. The ciphers are the real ones, so that what is forged,
 * garbled or from another exchange does not open.
 */
export const standInBackend: Backend = {
  ...nodeBackend,
  name: "stand-in",
  dh: createBackend({
    name: "stand-in",
    x25519: {
      keyPair: (privateKey) => ({ publicKey: sha256(privateKey), privateKey }),
      sharedSecret(pair, publicKey) {
        counted.dh += 1;
        const [own, other] = [encodeHex(pair.publicKey), encodeHex(publicKey)];
        return sha256(own < other ? concat(pair.publicKey, publicKey) : concat(publicKey, pair.publicKey));
      },
      generateKeyPair() {
        throw new Error("every key of a simulation is drawn from its seed");
      },
      destroyKeyPair: ({ privateKey }) => privateKey.fill(0),
    },
    // Not asked for: only `dh` is taken.
    aead: { ChaChaPoly: neverAsked, AESGCM: neverAsked },
    hash: { SHA256: sha256, SHA512: neverAsked, BLAKE2s: neverAsked, BLAKE2b: neverAsked },
  }).dh,
};

/** The same backend, under which no number is used twice with a key without `twice` being told. */
export function watched(backend: Backend, twice: (what: string) => void): Backend {
  const used = new Set<string>();
  return {
    ...backend,
    cipher(name) {
      const cipher = backend.cipher(name);
      return {
        name,
        importKey(k) {
          const [id, key] = [encodeHex(k), cipher.importKey(k)];
          return {
            seal(n, ad, plaintext) {
              const number = `${id} ${n}`;
              if (used.has(number)) twice(`number ${n} under one key`);
              used.add(number);
              return key.seal(n, ad, plaintext);
            },
            open: (n, ad, ciphertext) => key.open(n, ad, ciphertext),
            destroy: () => key.destroy(),
          };
        },
      };
    },
  };
}

function neverAsked(): never {
  throw new Error("this is taken from another backend");
}
