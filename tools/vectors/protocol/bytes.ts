import { createCipheriv, createHash, createHmac } from "node:crypto";

// Notation of spec 0001, section 2. Nothing here or beside it comes from packages/handshake or packages/wire: what this
// tool writes is a second computation of the protocol, not a record of what the first one does.

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function unhex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, "hex"));
}

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function u32(value: number): Uint8Array {
  return concat(u16(value >>> 16), u16(value & 0xffff));
}

export function u64(value: bigint): Uint8Array {
  return unhex(value.toString(16).padStart(16, "0"));
}

export function lp(bytes: Uint8Array): Uint8Array {
  return concat(u16(bytes.length), bytes);
}

export function H(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash("sha256")
      .update(concat(...parts))
      .digest(),
  );
}

export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", salt).update(ikm).digest());
}

export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  let block = new Uint8Array(0);
  let output = new Uint8Array(0);
  for (let i = 1; output.length < length; i++) {
    block = new Uint8Array(
      createHmac("sha256", prk)
        .update(concat(block, info, u8(i)))
        .digest(),
    );
    output = new Uint8Array(concat(output, block));
  }
  return output.slice(0, length);
}

/** AEAD of spec 0001: ChaCha20-Poly1305, the nonce being four zeros and n little-endian. */
export function seal(k: Uint8Array, n: bigint, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const nonce = concat(new Uint8Array(4), u64(n).reverse());
  const cipher = createCipheriv("chacha20-poly1305", k, nonce, { authTagLength: 16 });
  cipher.setAAD(ad, { plaintextLength: plaintext.length });
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** REKEY of Noise, section 4.2. */
export function rekey(k: Uint8Array): Uint8Array {
  return seal(k, 2n ** 64n - 1n, new Uint8Array(0), new Uint8Array(32)).slice(0, 32);
}
