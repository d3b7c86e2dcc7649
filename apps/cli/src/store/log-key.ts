import { hkdfSync, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { concat, equalBytes, u32, u64, utf8 } from "@countersign/wire";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

const MAGIC = utf8("countersign journal 1\n");
const SALT = 32;
const NAME = 8;
const NONCE = 24;
const TAG = 16;

/** Bytes in front of the first record: what it is, its salt, and a name for the key. */
export const HEADER_LENGTH = MAGIC.length + SALT + NAME;
/** Bytes in front of what is sealed of a record: length and its checksum, nonce. */
export const RECORD_HEAD = 8 + NONCE;

/** What is wrong with a log: its key, or its bytes. Holds nothing of either. */
export class LogFault extends Error {
  readonly what: "other-key" | "damaged";

  constructor(what: LogFault["what"], message: string) {
    super(message);
    this.what = what;
  }
}

/**
 * The key of one file, made of the user's and a salt. A record is `length(4) ‖ crc32(length)(4) ‖ nonce(24) ‖
 * XChaCha20-Poly1305`, with salt and place of the record as associated data. Nonces are random: a place may be written
 * twice, when what a crash has cut off stood there.
 */
export class LogKey {
  readonly header: Uint8Array;
  private readonly salt: Uint8Array;
  private readonly key: Uint8Array;

  private constructor(master: Uint8Array, salt: Uint8Array) {
    this.salt = salt;
    this.key = derive(master, salt, "countersign/1 journal");
    this.header = concat(MAGIC, salt, nameOf(master));
  }

  /** The key of a file that is new. */
  static create(master: Uint8Array): LogKey {
    return new LogKey(master, new Uint8Array(randomBytes(SALT)));
  }

  /** The key of a file by its header. Throws `LogFault`. */
  static of(bytes: Uint8Array, master: Uint8Array): LogKey {
    const header = bytes.subarray(0, HEADER_LENGTH);
    if (header.length < HEADER_LENGTH || !equalBytes(header.subarray(0, MAGIC.length), MAGIC)) {
      throw new LogFault("damaged", "it does not begin like a journal");
    }
    if (!equalBytes(header.subarray(-NAME), nameOf(master))) throw new LogFault("other-key", "it has another key");
    return new LogKey(master, header.slice(MAGIC.length, MAGIC.length + SALT));
  }

  seal(record: Uint8Array, index: number): Uint8Array {
    const nonce = new Uint8Array(randomBytes(NONCE));
    const sealed = xchacha20poly1305(this.key, nonce, this.place(index)).encrypt(record);
    const length = u32(sealed.length);
    return concat(length, u32(crc32(length)), nonce, sealed);
  }

  /** The record in what stands behind its length and checksum; undefined if it was changed or is of another place. */
  open(bytes: Uint8Array, index: number): Uint8Array | undefined {
    const nonce = bytes.subarray(0, NONCE);
    try {
      return xchacha20poly1305(this.key, nonce, this.place(index)).decrypt(bytes.subarray(NONCE));
    } catch {
      return undefined;
    }
  }

  private place(index: number): Uint8Array {
    return concat(this.salt, u64(BigInt(index)));
  }
}

/** Whether what should be a tag was never written: some file systems lengthen a file before they fill it. */
export function isUnwritten(sealed: Uint8Array): boolean {
  return sealed.subarray(-TAG).every((byte) => byte === 0);
}

/** Tells a wrong key from a damaged file, and says nothing of the key. */
function nameOf(master: Uint8Array): Uint8Array {
  return derive(master, new Uint8Array(0), "countersign/1 journal key name").slice(0, NAME);
}

function derive(master: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", master, salt, info, 32));
}
