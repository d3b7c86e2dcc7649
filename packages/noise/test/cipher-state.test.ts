import { CipherState, MAX_MESSAGE_LENGTH, MAX_NONCE, rekey } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { ascii, BACKENDS, flipped, hex, usageCode, ZEROLEN } from "./support.ts";

const k = new Uint8Array(32).fill(1);
const [ad, text] = [ascii("ad"), ascii("text")];
const NAMES = ["ChaChaPoly", "AESGCM"] as const;
const CIPHERS = BACKENDS.flatMap(({ name, cipher }) =>
  NAMES.map((of) => ({ name: `${name} ${of}`, cipher: cipher(of) })),
);

describe.each(CIPHERS)("a CipherState of $name", ({ cipher }) => {
  it("counts its messages, one nonce for each", () => {
    const [sender, recipient] = [new CipherState(cipher, k), new CipherState(cipher, k)];
    const key = cipher.importKey(k);
    for (let n = 0n; n < 3n; n++) {
      const message = sender.encryptWithAd(ad, text);
      expect(message).toEqual(key.seal(n, ad, text));
      expect(recipient.decryptWithAd(ad, message)).toEqual({ ok: true, plaintext: text });
      expect([sender.nonce, recipient.nonce]).toEqual([n + 1n, n + 1n]);
    }
  });

  it("keeps n where a message fails", () => {
    const message = new CipherState(cipher, k).encryptWithAd(ad, text);
    const recipient = new CipherState(cipher, k);
    const read = (otherAd: Uint8Array, bytes: Uint8Array) => recipient.decryptWithAd(otherAd, bytes);
    for (let i = 0; i < message.length; i++) {
      expect(read(ad, flipped(message, i))).toEqual({ ok: false, code: "noise.decrypt-failed" });
    }
    expect(read(ZEROLEN, message)).toEqual({ ok: false, code: "noise.decrypt-failed" });
    expect(read(ad, message.subarray(0, 15))).toEqual({ ok: false, code: "noise.truncated" });
    expect(read(ad, new Uint8Array(MAX_MESSAGE_LENGTH + 1))).toEqual({ ok: false, code: "noise.too-long" });
    expect(recipient.nonce).toBe(0n);
    expect(read(ad, message)).toEqual({ ok: true, plaintext: text });
  });

  it("makes messages of at most 65535 bytes", () => {
    const [sender, recipient] = [new CipherState(cipher, k), new CipherState(cipher, k)];
    const longest = new Uint8Array(MAX_MESSAGE_LENGTH - 16).fill(2);
    expect(usageCode(() => sender.encryptWithAd(ad, Uint8Array.of(...longest, 0)))).toBe("usage.too-long");
    const message = sender.encryptWithAd(ad, longest);
    expect(message).toHaveLength(MAX_MESSAGE_LENGTH);
    expect(recipient.decryptWithAd(ad, message)).toEqual({ ok: true, plaintext: longest });
  });

  it("seals nothing and opens something where everything is empty", () => {
    const message = new CipherState(cipher, k).encryptWithAd(ZEROLEN, ZEROLEN);
    expect(message).toHaveLength(16);
    expect(new CipherState(cipher, k).decryptWithAd(ZEROLEN, message)).toEqual({ ok: true, plaintext: ZEROLEN });
  });

  it("reads messages out of order by SetNonce", () => {
    const sender = new CipherState(cipher, k);
    const messages = [0, 1, 2].map((i) => sender.encryptWithAd(ad, Uint8Array.of(i)));
    const recipient = new CipherState(cipher, k);
    for (const n of [2, 0, 1]) {
      recipient.setNonce(n);
      expect(recipient.decryptWithAd(ad, messages[n] ?? ZEROLEN)).toEqual({ ok: true, plaintext: Uint8Array.of(n) });
    }
  });

  it("uses the nonce 2^64-2 and never 2^64-1", () => {
    const [sender, recipient] = [new CipherState(cipher, k), new CipherState(cipher, k)];
    for (const state of [sender, recipient]) state.setNonce(MAX_NONCE - 1n);
    const message = sender.encryptWithAd(ad, text);
    expect(recipient.decryptWithAd(ad, message)).toEqual({ ok: true, plaintext: text });
    for (let i = 0; i < 2; i++) {
      expect(usageCode(() => sender.encryptWithAd(ad, text))).toBe("usage.nonce-exhausted");
      expect(recipient.decryptWithAd(ad, message)).toEqual({ ok: false, code: "noise.nonce-exhausted" });
      expect([sender.nonce, recipient.nonce]).toEqual([MAX_NONCE, MAX_NONCE]);
      for (const state of [sender, recipient]) state.rekey();
    }
  });

  it("refuses what is no nonce", () => {
    const state = new CipherState(cipher, k);
    for (const n of [-1, 0.5, Number.NaN, 2 ** 53, -1n, MAX_NONCE + 1n]) {
      expect(
        usageCode(() => state.setNonce(n)),
        `${n}`,
      ).toBe("usage.nonce-range");
      expect(
        usageCode(() => cipher.importKey(k).seal(n, ad, text)),
        `${n}`,
      ).toBe("usage.nonce-range");
      expect(
        usageCode(() => cipher.importKey(k).open(n, ad, text)),
        `${n}`,
      ).toBe("usage.nonce-range");
    }
    for (const n of [0, 2 ** 53 - 1, MAX_NONCE]) {
      state.setNonce(n);
      expect(state.nonce).toBe(BigInt(n));
    }
  });

  it("rekeys on both sides, keeps n, and no longer opens what was before", () => {
    const [sender, recipient] = [new CipherState(cipher, k), new CipherState(cipher, k)];
    const before = sender.encryptWithAd(ad, text);
    for (const state of [sender, recipient]) {
      state.setNonce(1);
      state.rekey();
      expect(state.nonce).toBe(1n);
    }
    const after = sender.encryptWithAd(ad, text);
    expect(after).toEqual(cipher.importKey(rekey(cipher, k)).seal(1, ad, text));
    expect(recipient.decryptWithAd(ad, after)).toEqual({ ok: true, plaintext: text });
    recipient.setNonce(0);
    expect(recipient.decryptWithAd(ad, before)).toEqual({ ok: false, code: "noise.decrypt-failed" });
  });

  it("passes bytes through before it has a key, as copies", () => {
    const state = new CipherState(cipher);
    expect(state.hasKey()).toBe(false);
    const [sealed, opened] = [state.encryptWithAd(ad, text), state.decryptWithAd(ad, text)];
    expect([sealed, opened]).toEqual([text, { ok: true, plaintext: text }]);
    expect(sealed).not.toBe(text);
    expect(state.nonce).toBe(0n);
    expect(usageCode(() => state.rekey())).toBe("usage.no-key");
    expect(usageCode(() => state.initializeKey(k.subarray(1)))).toBe("usage.byte-length");
    state.initializeKey(k);
    expect(state.hasKey()).toBe(true);
    expect(hex(state.encryptWithAd(ad, text))).toBe(hex(cipher.importKey(k).seal(0, ad, text)));
  });

  it("is of no use once it is destroyed, and above all does not pass plaintext through", () => {
    const state = new CipherState(cipher, k);
    state.encryptWithAd(ad, text);
    state.destroy();
    expect(state.hasKey()).toBe(false);
    for (const use of [
      () => state.encryptWithAd(ad, text),
      () => state.decryptWithAd(ad, text),
      () => state.rekey(),
      () => state.initializeKey(k),
    ]) {
      expect(usageCode(use)).toBe("usage.destroyed");
    }
    expect(k).toEqual(new Uint8Array(32).fill(1));
  });
});

describe("REKEY", () => {
  it("is the first 32 bytes of ENCRYPT(k, 2^64-1, zerolen, zeros), the same on every backend", () => {
    for (const name of NAMES) {
      const [one, other] = BACKENDS.map((backend) => hex(rekey(backend.cipher(name), k)));
      expect(one).toBe(other);
      for (const backend of BACKENDS) {
        const sealed = backend.cipher(name).importKey(k).seal(MAX_NONCE, ZEROLEN, new Uint8Array(32));
        expect(hex(sealed.subarray(0, 32))).toBe(one);
      }
    }
  });
});
