import { type Backend, hkdf2, hkdf3, hmac } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { chaChaPoly as opensslChaChaPoly } from "../src/node/aead.ts";
import { chaChaPoly as nobleChaChaPoly } from "../src/portable/aead.ts";
import { isSmallOrder } from "../src/small-order.ts";
import { sharedVectors } from "./shared-vectors.ts";
import { BACKENDS, bytes, hex, ZEROLEN } from "./support.ts";

interface File<Test> {
  readonly testGroups: readonly { readonly tests: readonly (Test & Common)[]; readonly tagSize?: number }[];
}
interface Common {
  readonly tcId: number;
  readonly result: "valid" | "acceptable" | "invalid";
  readonly flags: readonly string[];
}
interface X25519 {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}
interface Aead {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}
interface Hkdf {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}
interface Mac {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

const x25519 = sharedVectors<File<X25519>>("wycheproof/x25519_test.json");
const aead = sharedVectors<File<Aead>>("wycheproof/chacha20_poly1305_test.json");
const hkdfs = sharedVectors<File<Hkdf>>("wycheproof/hkdf_sha256_test.json");
const hmacs = sharedVectors<File<Mac>>("wycheproof/hmac_sha256_test.json");
const missing = [x25519, aead, hkdfs, hmacs].includes(undefined);

describe.skipIf(missing)("wycheproof of the shared vectors (skipped where they are missing)", () => {
  for (const backend of BACKENDS) {
    it(`X25519 on the ${backend.name} backend, without the public keys of small order`, () => {
      const counted = { shared: 0, refused: 0 };
      for (const test of tests(x25519)) {
        const output = backend.dh.dh(backend.dh.keyPair(bytes(test.private)), bytes(test.public));
        const isZero = test.flags.includes("ZeroSharedSecret");
        expect(isSmallOrder(bytes(test.public)), `${test.tcId}`).toBe(isZero);
        expect(output && hex(output), `${test.tcId}`).toBe(isZero ? undefined : test.shared);
        counted[isZero ? "refused" : "shared"] += 1;
      }
      expect(counted).toEqual({ shared: 487, refused: 31 });
    });

    it(`HMAC-SHA256 on the ${backend.name} backend`, () => {
      const counted = { valid: 0, invalid: 0 };
      for (const { tagSize = 0, tests } of hmacs?.testGroups ?? []) {
        for (const test of tests) {
          const tag = hex(hmac(backend.hash("SHA256"), bytes(test.key), bytes(test.msg)).subarray(0, tagSize / 8));
          expect(tag === test.tag ? "valid" : "invalid", `${test.tcId}`).toBe(test.result);
          counted[tag === test.tag ? "valid" : "invalid"] += 1;
        }
      }
      expect(counted).toEqual({ valid: 66, invalid: 108 });
    });

    it(`HKDF-SHA256 on the ${backend.name} backend: RFC 5869 over our HMAC, and ours where info is empty`, () => {
      const counted = { valid: 0, invalid: 0, ours: 0 };
      for (const test of tests(hkdfs)) {
        if (test.size > 255 * 32) {
          expect(test.result, `${test.tcId}`).toBe("invalid");
          counted.invalid += 1;
          continue;
        }
        expect(hex(rfc5869(backend, test)), `${test.tcId}`).toBe(test.okm);
        counted.valid += 1;
        if (test.info !== "") continue;
        const [salt, ikm] = [bytes(test.salt), bytes(test.ikm)];
        const [o1, o2, o3] = hkdf3(backend.hash("SHA256"), salt, ikm).map(hex);
        expect(`${o1}${o2}${o3}`.slice(0, test.size * 2), `${test.tcId}`).toBe(test.okm.slice(0, 192));
        expect(hkdf2(backend.hash("SHA256"), salt, ikm).map(hex), `${test.tcId}`).toEqual([o1, o2]);
        counted.ours += 1;
      }
      expect(counted).toEqual({ valid: 83, invalid: 3, ours: 31 });
    });
  }

  for (const [name, chaChaPoly] of [
    ["portable", nobleChaChaPoly],
    ["node", opensslChaChaPoly],
  ] as const) {
    it(`ChaCha20-Poly1305 on the ${name} backend; other nonces than of 96 bits cannot be expressed`, () => {
      const counted = { valid: 0, invalid: 0, otherNonce: 0 };
      for (const test of tests(aead)) {
        const [nonce, ad, plaintext] = [bytes(test.iv), bytes(test.aad), bytes(test.msg)];
        if (nonce.length !== 12) {
          counted.otherNonce += 1;
          continue;
        }
        const key = chaChaPoly(bytes(test.key));
        const opened = key.decrypt(nonce, ad, bytes(test.ct + test.tag));
        expect(opened && hex(opened), `${test.tcId}`).toBe(test.result === "valid" ? test.msg : undefined);
        const sealed = hex(key.encrypt(nonce, ad, plaintext));
        expect(sealed === test.ct + test.tag, `${test.tcId}`).toBe(test.result === "valid");
        counted[test.result === "valid" ? "valid" : "invalid"] += 1;
      }
      expect(counted).toEqual({ valid: 256, invalid: 60, otherNonce: 9 });
    });
  }
});

function tests<Test>(file: File<Test> | undefined): readonly (Test & Common)[] {
  return file?.testGroups.flatMap((group) => group.tests) ?? [];
}

function rfc5869(backend: Backend, { ikm, salt, info, size }: Hkdf): Uint8Array {
  const hash = backend.hash("SHA256");
  const prk = hmac(hash, bytes(salt), bytes(ikm));
  const blocks: Uint8Array[] = [];
  for (let i = 1; i <= Math.ceil(size / hash.HASHLEN); i++) {
    blocks.push(hmac(hash, prk, Uint8Array.of(...(blocks.at(-1) ?? ZEROLEN), ...bytes(info), i)));
  }
  return Uint8Array.from(blocks.flatMap((block) => [...block])).slice(0, size);
}
