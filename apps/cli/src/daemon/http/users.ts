import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { ConfigError } from "../config/given.ts";

/** A user whose password is known by its HMAC only. */
export interface SaltedUser {
  readonly user: string;
  readonly salt: KeyObject;
  /** HMAC-SHA-256 of the password, under the salt. */
  readonly mac: Uint8Array;
}

/** Reads `USER:SALT$HMAC`. Throws `ConfigError`, which repeats nothing of it. */
export function readRpcAuth(text: string): SaltedUser {
  const [, user, salt, mac] = /^([^:$]+):([^:$]+)\$([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (user === undefined || salt === undefined || mac === undefined) {
    throw new ConfigError("rpcauth is USER:SALT$HMAC, the HMAC-SHA-256 in 64 hex digits");
  }
  return { user, salt: createSecretKey(salt, "utf8"), mac: Buffer.from(mac, "hex") };
}

/** Those who may call, by what they show in the header `Authorization`. */
export class Users {
  readonly #passwords: readonly Uint8Array[];
  readonly #salted: readonly SaltedUser[];

  /** `passwords` are `USER:PASSWORD`. Only their hashes are kept. */
  constructor(passwords: readonly string[], salted: readonly SaltedUser[]) {
    this.#passwords = passwords.map((one) => hash("sha256", one, "buffer"));
    this.#salted = salted;
  }

  /** The name of who shows this header; undefined if it is nobody. How long it takes tells nothing of a password. */
  authorize(header: string): string | undefined {
    const encoded = /^Basic +(\S+) *$/i.exec(header)?.[1];
    if (encoded === undefined) return undefined;
    const shown = Buffer.from(encoded, "base64");
    const colon = shown.indexOf(":");
    if (colon === -1) return undefined;
    const user = shown.toString("utf8", 0, colon);
    const digest = hash("sha256", shown, "buffer");
    let isKnown = false;
    for (const password of this.#passwords) if (timingSafeEqual(password, digest)) isKnown = true;
    for (const one of this.#salted) {
      if (one.user !== user) continue;
      const mac = createHmac("sha256", one.salt)
        .update(shown.subarray(colon + 1))
        .digest();
      if (timingSafeEqual(one.mac, mac)) isKnown = true;
    }
    return isKnown ? user : undefined;
  }
}
