import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { type Identity, type Recipient, Stanza } from "age-encryption";

// age's own stanza for passphrases (C2SP age, "The scrypt recipient type"), with OpenSSL's scrypt in a thread of its own.
// The library's takes whole seconds, in which nothing else could happen: no round of a ceremony, no answer to a ping.
const TYPE = "scrypt";
const SALT_LABEL = Buffer.from("age-encryption.org/v1/scrypt");
const SALT_BYTES = 16;
const LOG_N = 18;
/** As age has it: a file must not be able to ask for hours. */
const MOST_LOG_N = 20;
const BLOCK = 8;
const CIPHER = "chacha20-poly1305";
const NONCE = new Uint8Array(12);
const TAG_BYTES = 16;
const FILE_KEY_BYTES = 16;

/** Wraps the key of one file for a passphrase; the work begins at once. Throws when it is used for a second file. */
export function passphraseRecipient(passphrase: string): Recipient {
  const salt = randomBytes(SALT_BYTES);
  let deriving: Promise<Buffer> | undefined = derive(passphrase, salt, LOG_N);
  deriving.catch(() => undefined);
  return {
    async wrapFileKey(fileKey) {
      // The nonce is always the same, so that the key must not be.
      if (deriving === undefined) throw new Error("a passphrase is prepared for one file");
      const derived = deriving;
      deriving = undefined;
      const key = await derived;
      const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      const encoded = salt.toString("base64").replace(/=+$/, "");
      return [new Stanza([TYPE, encoded, `${LOG_N}`], new Uint8Array(body))];
    },
  };
}

/** Unwraps it; null where the passphrase is another one, or the file is none of a passphrase. */
export function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza, ...more] = stanzas;
      const [type, encoded = "", work = ""] = stanza?.args ?? [];
      if (stanza === undefined || type !== TYPE || more.length > 0 || stanza.args.length !== 3) return null;
      const salt = Buffer.from(encoded, "base64");
      const logN = /^[1-9][0-9]?$/.test(work) ? Number(work) : Number.POSITIVE_INFINITY;
      if (salt.length !== SALT_BYTES || logN > MOST_LOG_N) return null;
      if (stanza.body.length !== FILE_KEY_BYTES + TAG_BYTES) return null;
      return open(await derive(passphrase, salt, logN), stanza.body);
    },
  };
}

function open(key: Buffer, body: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_BYTES));
  try {
    decipher.final();
    return new Uint8Array(fileKey);
  } catch {
    return null;
  }
}

function derive(passphrase: string, salt: Buffer, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  // What scrypt needs, and a little more.
  const maxmem = 128 * N * BLOCK + 32 * 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.concat([SALT_LABEL, salt]), 32, { N, r: BLOCK, p: 1, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
