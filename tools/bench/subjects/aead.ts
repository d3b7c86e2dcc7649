import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { createRequire } from "node:module";
import { portableBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { sodiumBackend } from "@countersign/noise/sodium";
import sodium from "sodium-native";
import type { Comparison, Subject } from "../measure.ts";
import { libp2pCrypto, libp2pProtocol } from "./libp2p.ts";
import { noiseCChannel } from "./noise-c.ts";

const require = createRequire(import.meta.url);
const key = new Uint8Array(32).fill(7);
const ad = new Uint8Array(16).fill(3);
const nonce = new Uint8Array(12);

/** Sealing and opening of one length; both are measured apart. */
interface Pair {
  readonly name: string;
  readonly seal: (plaintext: Uint8Array) => () => void;
  readonly open: (plaintext: Uint8Array) => () => void;
}

function ours(name: string, backend: typeof portableBackend): Pair {
  const k = backend.cipher("ChaChaPoly").importKey(key);
  return {
    name,
    seal(plaintext) {
      let n = 0;
      return () => void k.seal(n++, ad, plaintext);
    },
    open(plaintext) {
      const sealed = k.seal(0, ad, plaintext);
      return () => {
        if (k.open(0, ad, sealed) === undefined) throw new Error("not opened");
      };
    },
  };
}

async function libp2pNoise(): Promise<Pair> {
  const { CipherState } = await libp2pProtocol();
  const crypto = await libp2pCrypto();
  return {
    name: "@chainsafe/libp2p-noise",
    seal(plaintext) {
      const state = new CipherState(crypto, key);
      return () => void state.encryptWithAd(ad, plaintext);
    },
    open(plaintext) {
      const sealed = new CipherState(crypto, key).encryptWithAd(ad, plaintext);
      // A fresh state each time stands for the counter that would otherwise have to be turned back.
      return () => void new CipherState(crypto, key).decryptWithAd(ad, sealed);
    },
  };
}

function noiseHandshake(): Pair {
  const Cipher = require("noise-handshake/cipher");
  return {
    name: "noise-handshake",
    seal(plaintext) {
      const cipher = new Cipher(Buffer.from(key));
      return () => void cipher.encrypt(Buffer.from(plaintext.buffer), Buffer.from(ad.buffer));
    },
    open(plaintext) {
      const cipher = new Cipher(Buffer.from(key));
      const sealed = cipher.encrypt(Buffer.from(plaintext), Buffer.from(ad));
      return () => {
        cipher.setNonce(0);
        cipher.decrypt(sealed, Buffer.from(ad.buffer));
      };
    },
  };
}

function noiseProtocol(): Pair {
  const cipherState = require("noise-protocol/cipher-state")({ cipher: require("noise-protocol/cipher")() });
  const begin = () => {
    const state = Buffer.alloc(cipherState.STATELEN);
    cipherState.initializeKey(state, Buffer.from(key));
    return state;
  };
  const first = Buffer.alloc(cipherState.NONCELEN);
  return {
    name: "noise-protocol",
    seal(plaintext) {
      const state = begin();
      const text = Buffer.from(plaintext);
      return () => cipherState.encryptWithAd(state, Buffer.allocUnsafe(text.length + 16), Buffer.from(ad.buffer), text);
    },
    open(plaintext) {
      const sealed = Buffer.alloc(plaintext.length + 16);
      cipherState.encryptWithAd(begin(), sealed, Buffer.from(ad), Buffer.from(plaintext));
      const state = begin();
      return () => {
        cipherState.setNonce(state, first);
        cipherState.decryptWithAd(state, Buffer.allocUnsafe(plaintext.length), Buffer.from(ad.buffer), sealed);
      };
    },
  };
}

function nodeFloor(): Pair {
  const k = createSecretKey(key);
  const seal = (plaintext: Uint8Array) => {
    const cipher = createCipheriv("chacha20-poly1305", k, nonce, { authTagLength: 16 });
    cipher.setAAD(ad, { plaintextLength: plaintext.length });
    const sealed = cipher.update(plaintext);
    cipher.final();
    return { sealed, tag: cipher.getAuthTag() };
  };
  return {
    name: "floor: bare node:crypto, cached KeyObject",
    seal: (plaintext) => () => void seal(plaintext),
    open(plaintext) {
      const { sealed, tag } = seal(plaintext);
      return () => {
        const decipher = createDecipheriv("chacha20-poly1305", k, nonce, { authTagLength: 16 });
        decipher.setAAD(ad, { plaintextLength: sealed.length });
        decipher.setAuthTag(tag);
        decipher.update(sealed);
        decipher.final();
      };
    },
  };
}

function sodiumFloor(): Pair {
  const [k, iv, associated] = [Buffer.from(key), Buffer.from(nonce), Buffer.from(ad)];
  const seal = (text: Buffer) => {
    const sealed = Buffer.allocUnsafe(text.length + 16);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(sealed, text, associated, null, iv, k);
    return sealed;
  };
  return {
    name: "floor: bare sodium-native",
    seal(plaintext) {
      const text = Buffer.from(plaintext);
      return () => void seal(text);
    },
    open(plaintext) {
      const sealed = seal(Buffer.from(plaintext));
      return () => {
        const opened = Buffer.allocUnsafe(plaintext.length);
        sodium.crypto_aead_chacha20poly1305_ietf_decrypt(opened, null, sealed, associated, iv, k);
      };
    },
  };
}

/** ChaCha20-Poly1305 as each library's transport phase calls it, at three lengths. */
export async function aead(): Promise<readonly Comparison[]> {
  const [libp2p, noiseC] = [await libp2pNoise(), await noiseCChannel(key, ad)];
  const peers = [libp2p, noiseHandshake(), noiseProtocol(), noiseC, nodeFloor(), sodiumFloor()];
  const lengths: readonly (readonly [string, number])[] = [
    ["64 B", 64],
    ["1 KiB", 1_024],
    // noise-handshake refuses what would be above 65,535 bytes with its tag.
    ["64 KiB less a tag", 65_535 - 16],
  ];
  const node = ours("@countersign/noise, Node backend", nodeBackend);
  const portable = ours("@countersign/noise, portable backend", portableBackend);
  const onNode = lengths.flatMap(([label, length]): Comparison[] => {
    const plaintext = new Uint8Array(length).fill(1);
    const of = (pairs: readonly Pair[], what: "seal" | "open"): Subject[] =>
      pairs.map((pair) => ({ name: pair.name, run: pair[what](plaintext) }));
    const pairs = [ours("@countersign/noise, sodium backend", sodiumBackend), node, ...peers];
    return [
      { title: `seal ${label}`, subjects: of(pairs, "seal") },
      { title: `open ${label}`, subjects: of(pairs, "open") },
    ];
  });
  const inJavaScript = lengths.map(([label, length]): Comparison => {
    const plaintext = new Uint8Array(length).fill(1);
    const subjects = [portable, libp2p].map((pair) => ({ name: pair.name, run: pair.seal(plaintext) }));
    return { title: `seal ${label}, portable backend`, subjects };
  });
  return [...onNode, ...inJavaScript];
}
