import { type KeyPair, portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import type { ExchangeKeys } from "../../src/exchange/cipher-set.ts";
import { type PairKeysOptions, pairKeys } from "../../src/group-link/pair-keys.ts";

const random = new SeededRandom(5);
const pair = (): KeyPair => portableBackend.dh.generateKeyPair(random.bytes);

interface End {
  readonly number: number;
  readonly versions: Uint8Array;
  readonly s: KeyPair;
  readonly e: KeyPair;
}

const end = (number: number): End => ({ number, versions: Uint8Array.of(1), s: pair(), e: pair() });
const transcript = random.bytes(32);
const linkPsk = random.bytes(32);
const [low, high] = [end(3), end(200)];

/** What one end takes for the keys of the pair; `changes` is what it sees differently. */
function at(self: End, peer: End, changes: Partial<PairKeysOptions> = {}): ExchangeKeys {
  const keys = pairKeys({
    backend: portableBackend,
    transcript,
    self,
    staticKey: self.s,
    ephemeral: self.e,
    peer: { number: peer.number, versions: peer.versions, pin: { noiseStatic: peer.s.publicKey, linkPsk } },
    e: peer.e.publicKey,
    ...changes,
  });
  if (keys === undefined) throw new Error("no keys");
  return keys;
}

describe("the keys of a pair in a group link", () => {
  test("are the same at both ends, turned round, and another one for each direction", () => {
    const [a, b] = [at(low, high), at(high, low)];
    expect(a).toEqual({
      sendKey: b.receiveKey,
      receiveKey: b.sendKey,
      sendToken: b.receiveToken,
      receiveToken: b.sendToken,
    });
    expect(a.sendKey).not.toEqual(a.receiveKey);
  });

  const other = pair();
  const pin = { noiseStatic: low.s.publicKey, linkPsk };
  const bit = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
  test.each<[string, Partial<PairKeysOptions>]>([
    ["another group", { transcript: bit(transcript) }],
    ["another number of its own", { self: { ...high, number: 201 } }],
    ["other versions of its own", { self: { ...high, versions: Uint8Array.of(2) } }],
    ["another number of the peer", { peer: { number: 4, versions: low.versions, pin } }],
    ["other versions of the peer", { peer: { number: 3, versions: Uint8Array.of(1, 2), pin } }],
    ["another static key of the peer", { peer: { ...low, pin: { ...pin, noiseStatic: other.publicKey } } }],
    ["another link_psk", { peer: { ...low, pin: { ...pin, linkPsk: bit(linkPsk) } } }],
    ["another ephemeral key of the peer", { e: other.publicKey }],
    ["another ephemeral key of its own", { ephemeral: other }],
    ["another static key of its own", { staticKey: other }],
  ])("are others where one end sees, or has, %s", (_, changes) => {
    expect(at(high, low, changes).sendKey).not.toEqual(at(low, high).receiveKey);
  });

  test("do not exist where a public key is of small order", () => {
    const zero = new Uint8Array(32);
    const one = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
    for (const e of [zero, one]) expect(() => at(high, low, { e })).toThrow("no keys");
    const weak = { ...low, pin: { ...pin, noiseStatic: one } };
    expect(() => at(high, low, { peer: weak })).toThrow("no keys");
  });

  test("of two pairs with the same ephemeral keys are others", () => {
    const third = { ...end(4), e: low.e };
    expect(at(high, third).sendKey).not.toEqual(at(high, low).sendKey);
  });
});
