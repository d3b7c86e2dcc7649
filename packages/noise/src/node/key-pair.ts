import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { KeyPair } from "../backend.ts";
import { copy, wipe } from "../bytes.ts";
import { NoiseUsageError, requireLength } from "../errors.ts";

/** What stands before the 32 bytes of the key in an X25519 private key of PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b656e04220420", "hex");

/** A key pair that OpenSSL holds. A generated private key is copied out of it only when somebody asks for its bytes. */
export class OpenSslKeyPair implements KeyPair {
  readonly publicKey: Uint8Array;
  declare readonly privateKey: Uint8Array;
  #keyObject: KeyObject | undefined;
  #privateKey: Uint8Array | undefined;

  private constructor(keyObject: KeyObject, publicKey: KeyObject, privateKey?: Uint8Array) {
    const { x = "" } = publicKey.export({ format: "jwk" });
    this.publicKey = copy(Buffer.from(x, "base64url"));
    this.#keyObject = keyObject;
    this.#privateKey = privateKey;
    // An own property, as of any KeyPair, so that a copy of the object has it too.
    Object.defineProperty(this, "privateKey", { enumerable: true, get: () => this.#bytes() });
  }

  static generate(): OpenSslKeyPair {
    const { privateKey, publicKey } = generateKeyPairSync("x25519");
    return new OpenSslKeyPair(privateKey, publicKey);
  }

  /** Takes over the private key, 32 bytes. */
  static from(privateKey: Uint8Array): OpenSslKeyPair {
    const keyObject = importPrivateKey(privateKey);
    return new OpenSslKeyPair(keyObject, createPublicKey(keyObject), privateKey);
  }

  /** The private key as OpenSSL knows it; one that is held elsewhere is imported by every call. */
  static keyObject(pair: KeyPair): KeyObject {
    return pair instanceof OpenSslKeyPair ? pair.#alive() : importPrivateKey(pair.privateKey);
  }

  /** Overwrites the copy; OpenSSL wipes its own when the KeyObject is collected. */
  destroy(): void {
    if (this.#privateKey !== undefined) wipe(this.#privateKey);
    this.#keyObject = undefined;
  }

  #bytes(): Uint8Array {
    this.#privateKey ??= exportPrivateKey(this.#alive());
    return this.#privateKey;
  }

  #alive(): KeyObject {
    if (this.#keyObject === undefined) throw new NoiseUsageError("usage.destroyed", "the key pair was destroyed");
    return this.#keyObject;
  }
}

// DER, because a JWK is made of strings, which cannot be wiped.
function importPrivateKey(privateKey: Uint8Array): KeyObject {
  requireLength("privateKey", privateKey, 32);
  const key = Buffer.concat([PKCS8_HEAD, privateKey]);
  const keyObject = createPrivateKey({ key, format: "der", type: "pkcs8" });
  key.fill(0);
  return keyObject;
}

function exportPrivateKey(keyObject: KeyObject): Uint8Array {
  const key = keyObject.export({ format: "der", type: "pkcs8" });
  const privateKey = copy(key.subarray(PKCS8_HEAD.length));
  key.fill(0);
  return privateKey;
}
