import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Subject } from "../measure.ts";

const require = createRequire(import.meta.url);

/** What is used of noise-c.wasm, which brings no types of its own. What has been made has to be freed. */
interface NoiseC {
  readonly constants: Readonly<Record<string, number>>;
  CreateKeyPair(curve: number | undefined): readonly [Uint8Array, Uint8Array];
  HandshakeState(protocol: string, role: number | undefined): Handshake;
  CipherState(cipher: number | undefined): Cipher;
}

interface Handshake {
  Initialize(prologue: Uint8Array, s: Uint8Array): void;
  WriteMessage(): Uint8Array;
  ReadMessage(message: Uint8Array): void;
  /** Frees the handshake. */
  Split(): readonly Cipher[];
}

interface Cipher {
  /** Sets the nonce to 0, too, which `SetNonce` only raises. */
  InitializeKey(key: Uint8Array): void;
  EncryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  DecryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  free(): void;
}

/** Given the module's bytes, it neither looks for them by a URL nor says that it found none. */
function load(): Promise<NoiseC> {
  const wasmBinary = readFileSync(require.resolve("noise-c.wasm/src/noise-c.wasm"));
  return new Promise((resolve) => require("noise-c.wasm")({ wasmBinary }, resolve));
}

/** noise-c, compiled to WASM: the XX handshake. */
export async function noiseCHandshake(): Promise<Subject> {
  const lib = await load();
  const { NOISE_DH_CURVE25519, NOISE_ROLE_INITIATOR, NOISE_ROLE_RESPONDER } = lib.constants;
  const [[i], [r]] = [lib.CreateKeyPair(NOISE_DH_CURVE25519), lib.CreateKeyPair(NOISE_DH_CURVE25519)];
  const empty = new Uint8Array(0);
  const protocol = "Noise_XX_25519_ChaChaPoly_SHA256";
  return {
    name: "noise-c.wasm",
    run() {
      const I = lib.HandshakeState(protocol, NOISE_ROLE_INITIATOR);
      const R = lib.HandshakeState(protocol, NOISE_ROLE_RESPONDER);
      I.Initialize(empty, i);
      R.Initialize(empty, r);
      R.ReadMessage(I.WriteMessage());
      I.ReadMessage(R.WriteMessage());
      R.ReadMessage(I.WriteMessage());
      for (const cipher of [...I.Split(), ...R.Split()]) cipher.free();
    },
  };
}

/** noise-c, compiled to WASM: sealing and opening. */
export async function noiseCChannel(key: Uint8Array, ad: Uint8Array) {
  const lib = await load();
  const begin = () => {
    const cipher = lib.CipherState(lib.constants["NOISE_CIPHER_CHACHAPOLY"]);
    cipher.InitializeKey(key);
    return cipher;
  };
  return {
    name: "noise-c.wasm",
    seal(plaintext: Uint8Array) {
      const cipher = begin();
      return () => void cipher.EncryptWithAd(ad, plaintext);
    },
    open(plaintext: Uint8Array) {
      const sealed = begin().EncryptWithAd(ad, plaintext);
      const cipher = begin();
      return () => {
        cipher.InitializeKey(key);
        cipher.DecryptWithAd(ad, sealed);
      };
    },
  };
}
