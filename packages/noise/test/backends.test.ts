import { type CipherName, type HashName, hkdf2, hkdf3, hmac } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hkdfs } from "../src/node/hashes.ts";
import { SMALL_ORDER } from "./small-order.ts";
import { ascii, BACKENDS, flipped, hex, parties, run, seeded, usageCode, ZEROLEN } from "./support.ts";

const [portable, node] = BACKENDS as [(typeof BACKENDS)[0], (typeof BACKENDS)[0]];
const key = () => fc.uint8Array({ minLength: 32, maxLength: 32 });
const CIPHERS: readonly CipherName[] = ["ChaChaPoly", "AESGCM"];
const HASHES: readonly HashName[] = ["SHA256", "SHA512", "BLAKE2s", "BLAKE2b"];

describe("the backends agree", () => {
  it("on key pairs and shared secrets", () => {
    fc.assert(
      fc.property(key(), key(), (privateKey, publicKey) => {
        const pairs = BACKENDS.map((backend) => backend.dh.keyPair(privateKey));
        for (const pair of pairs) expect(hex(pair.privateKey)).toBe(hex(privateKey));
        for (const pair of pairs) expect(pair.publicKey).toEqual(pairs[0]?.publicKey);
        // Every backend with the pairs of all.
        const secrets = BACKENDS.flatMap(({ dh }) => pairs.map((pair) => dh.dh(pair, publicKey)));
        for (const secret of secrets) expect(secret).toEqual(secrets[0]);
      }),
      { numRuns: 100 },
    );
  });

  it("on every ciphertext, at both kinds of nonce", () => {
    const input = fc.record({
      name: fc.constantFrom(...CIPHERS),
      k: key(),
      n: fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.maxSafeNat()),
      ad: fc.uint8Array({ maxLength: 64 }),
      plaintext: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(input, ({ name, k, n, ad, plaintext }) => {
        const keys = BACKENDS.map((backend) => backend.cipher(name).importKey(k));
        const messages = keys.map((imported) => imported.seal(n, ad, plaintext));
        const [message = ZEROLEN] = messages;
        for (const other of messages) expect(other).toEqual(message);
        for (const imported of keys) {
          expect(imported.open(n, ad, message)).toEqual(plaintext);
          expect(imported.open(n, ad, flipped(message, message.length - 1))).toBeUndefined();
          expect(imported.open(n, ad, message.subarray(1))).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  it("on every hash and HMAC, at all lengths round the blocks", () => {
    const data = seeded("hash")(300);
    for (const name of HASHES) {
      for (let length = 0; length <= 300; length += 1) {
        const [one, ...others] = BACKENDS.map(({ hash }) => hex(hash(name).hash(data.subarray(0, length))));
        expect(others, `${name} ${length}`).toEqual([one, one]);
        expect(one).toHaveLength(portable.hash(name).HASHLEN * 2);
      }
      for (const length of [0, 32, 64, 65, 128, 129]) {
        const [one, ...others] = BACKENDS.map(({ hash }) => hex(hmac(hash(name), data.subarray(0, length), data)));
        expect(others, `${name} ${length}`).toEqual([one, one]);
      }
    }
  });

  it("on HKDF, by hashes and by that of node:crypto", () => {
    for (const name of HASHES) {
      const { hkdf, ...byHashes } = node.hash(name);
      for (const [salt, length] of [
        [0, 32],
        [32, 32],
        [64, 0],
        [64, 200],
        [200, 64],
      ] as const) {
        const [ck, input] = [seeded("ck")(salt), seeded("input")(length)];
        const expected = hkdf3(byHashes, ck, input).map(hex);
        expect(hkdf2(byHashes, ck, input).map(hex)).toEqual(expected.slice(0, 2));
        for (const own of [byHashes, portable.hash(name), { ...byHashes, hkdf: hkdfs[name] }]) {
          expect(hkdf2(own, ck, input).map(hex), name).toEqual(expected.slice(0, 2));
          expect(hkdf3(own, ck, input).map(hex), name).toEqual(expected);
        }
      }
    }
  });

  // Backends have several ways to come by memory, and the sodium backend has two ciphers, by length.
  it("on messages of all lengths, each of which stays as it was when others follow", () => {
    const lengths = [0, 1, 47, 48, 49, 64, 112, 113, 1_023, 1_024, 1_025, 4_095, 8_175, 8_176, 8_191, 8_192, 65_519];
    for (const name of CIPHERS) {
      const keys = BACKENDS.map((backend) => backend.cipher(name).importKey(new Uint8Array(32).fill(6)));
      const messages = [...lengths, ...lengths, ...lengths].map((length, n) => ({ n, text: seeded(`${n}`)(length) }));
      const sealed = keys.map((k) => messages.map(({ n, text }) => k.seal(n, ZEROLEN, text)));
      expect(sealed[1]).toEqual(sealed[0]);
      expect(sealed[2]).toEqual(sealed[0]);
      for (const k of keys) {
        const opened = messages.map(({ n }) => k.open(n, ZEROLEN, sealed[0]?.[n] ?? ZEROLEN));
        expect(opened).toEqual(messages.map(({ text }) => text));
        for (const { n } of messages) expect(k.open(n + 1, ZEROLEN, sealed[0]?.[n] ?? ZEROLEN)).toBeUndefined();
        expect(opened).toEqual(messages.map(({ text }) => text));
      }
    }
  });

  it("in handshakes with each other", () => {
    const protocol = fc
      .tuple(
        fc.constantFrom(
          "XX",
          "KK",
          "IK",
          "NNpsk0",
          "XXpsk0",
          "KKpsk0",
          "X1X1psk1+psk4",
          "XXfallback",
          "Kpsk0",
          "IX1psk2",
        ),
        fc.constantFrom(...CIPHERS),
        fc.constantFrom(...HASHES),
      )
      .map(([pattern, cipher, hash]) => `Noise_${pattern}_25519_${cipher}_${hash}`);
    const backend = fc.constantFrom(...BACKENDS);
    fc.assert(
      fc.property(protocol, fc.string(), backend, backend, (name, seed, initiator, responder) => {
        const both = parties(name, { initiator, responder, seed });
        run(both.initiator, both.responder);
        expect(both.initiator.handshakeHash).toEqual(both.responder.handshakeHash);
        expect(both.initiator.splitKeys()).toEqual(both.responder.splitKeys());
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(BACKENDS)("the $name backend", ({ dh, cipher }) => {
  it("draws private keys from randomBytes, or from the platform", () => {
    const fixed = dh.generateKeyPair((length) => new Uint8Array(length).fill(3));
    expect(fixed.privateKey).toEqual(new Uint8Array(32).fill(3));
    expect(fixed.publicKey).toEqual(dh.keyPair(fixed.privateKey).publicKey);
    const [one, other] = [dh.generateKeyPair(), dh.generateKeyPair()];
    expect(one.privateKey).not.toEqual(other.privateKey);
    expect(one.publicKey).toEqual(dh.keyPair(one.privateKey).publicKey);
    expect(dh.dh(one, other.publicKey)).toEqual(dh.dh(other, one.publicKey));
  });

  it("copies the keys that it is given", () => {
    const given = new Uint8Array(32).fill(4);
    const [pair, drawn] = [dh.keyPair(given), dh.generateKeyPair(() => given)];
    const imported = cipher("ChaChaPoly").importKey(given);
    given.fill(0);
    for (const { privateKey } of [pair, drawn]) expect(privateKey).toEqual(new Uint8Array(32).fill(4));
    const expected = cipher("ChaChaPoly").importKey(new Uint8Array(32).fill(4)).seal(0, ZEROLEN, ascii("text"));
    expect(imported.seal(0, ZEROLEN, ascii("text"))).toEqual(expected);
  });

  it("notices when an array holds another public key than before", () => {
    const [own, one, other] = [1, 2, 3].map((byte) => dh.keyPair(new Uint8Array(32).fill(byte)));
    if (own === undefined || one === undefined || other === undefined) throw new Error("unreachable");
    const publicKey = new Uint8Array(one.publicKey);
    expect(dh.dh(own, publicKey)).toEqual(dh.dh(one, own.publicKey));
    publicKey.set(other.publicKey);
    expect(dh.dh(own, publicKey)).toEqual(dh.dh(other, own.publicKey));
  });

  it("refuses public keys of small order", () => {
    const pair = dh.generateKeyPair();
    for (const publicKey of SMALL_ORDER) expect(dh.dh(pair, publicKey), hex(publicKey)).toBeUndefined();
    expect(SMALL_ORDER).toHaveLength(14);
  });

  it("refuses keys of other lengths", () => {
    const pair = dh.generateKeyPair();
    const short = new Uint8Array(31);
    for (const use of [
      () => dh.keyPair(short),
      () => dh.generateKeyPair(() => short),
      () => dh.dh(pair, short),
      () => dh.dh({ ...pair, publicKey: short }, pair.publicKey),
      () => dh.dh({ publicKey: pair.publicKey, privateKey: short }, pair.publicKey),
      () => cipher("AESGCM").importKey(short),
    ]) {
      expect(usageCode(use)).toBe("usage.byte-length");
    }
  });

  it("makes key pairs that are plain data to whoever copies them", () => {
    const pair = dh.generateKeyPair();
    const copied = { ...pair };
    expect(Object.keys(copied).sort()).toEqual(["privateKey", "publicKey"]);
    expect(dh.keyPair(copied.privateKey).publicKey).toEqual(pair.publicKey);
    expect(dh.dh(copied, pair.publicKey)).toEqual(dh.dh(pair, pair.publicKey));
  });

  it("wipes a key pair, its own or another's", () => {
    const own = dh.keyPair(new Uint8Array(32).fill(5));
    const foreign = { publicKey: own.publicKey, privateKey: new Uint8Array(32).fill(5) };
    for (const pair of [own, foreign]) {
      dh.destroyKeyPair(pair);
      expect(pair.privateKey).toEqual(new Uint8Array(32));
    }
  });

  it("does nothing more with a destroyed key", () => {
    const imported = cipher("ChaChaPoly").importKey(new Uint8Array(32));
    imported.destroy();
    imported.destroy();
    expect(usageCode(() => imported.seal(0, ZEROLEN, ZEROLEN))).toBe("usage.destroyed");
    expect(usageCode(() => imported.open(0, ZEROLEN, new Uint8Array(16)))).toBe("usage.destroyed");
  });
});

describe("a key pair that the node backend generated", () => {
  it("can be destroyed before anybody asked for the private key, which is then out of reach", () => {
    const pair = nodeBackend.dh.generateKeyPair();
    nodeBackend.dh.destroyKeyPair(pair);
    expect(usageCode(() => pair.privateKey)).toBe("usage.destroyed");
    expect(usageCode(() => nodeBackend.dh.dh(pair, pair.publicKey))).toBe("usage.destroyed");
  });
});
