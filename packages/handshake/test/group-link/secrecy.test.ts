import { type Backend, type KeyPair, portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { equalBytes } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { pairKeys } from "../../src/group-link/pair-keys.ts";

// What somebody can make of the secrets that it has: it computes every DH for which it has one of the two private keys,
// and puts each of what it has computed in the place of those that it cannot.

const random = new SeededRandom(8);
const pair = (): KeyPair => portableBackend.dh.generateKeyPair(random.bytes);
const VERSIONS = Uint8Array.of(1);
const transcript = random.bytes(32);
const linkPsk = random.bytes(32);
const [sA, sB, eA, eB] = [pair(), pair(), pair(), pair()];
const { dh } = portableBackend.dh;

/** The keys of the pair at its end B, where A has said `e`. */
function atB(backend: Backend, e: KeyPair, psk: Uint8Array): Uint8Array | undefined {
  const pin = { noiseStatic: sA.publicKey, linkPsk: psk };
  const self = { number: 2, versions: VERSIONS };
  const peer = { number: 1, versions: VERSIONS, pin };
  return pairKeys({ backend, transcript, self, staticKey: sB, ephemeral: eB, peer, e: e.publicKey })?.sendKey;
}

interface Known {
  readonly privateKeys: readonly KeyPair[];
  readonly psk: boolean;
  /** What A has said: its own ephemeral key, or what somebody has put in its place. */
  readonly e?: KeyPair;
}

function finds({ privateKeys, psk, e = eA }: Known): boolean {
  const right = atB(portableBackend, e, linkPsk);
  const publics = [sA, sB, eA, eB, e].map(({ publicKey }) => publicKey);
  const guesses = privateKeys.flatMap((own) => publics.map((other) => dh(own, other) ?? new Uint8Array(32)));
  const known = (publicKey: Uint8Array) => privateKeys.find((own) => equalBytes(own.publicKey, publicKey));
  for (const guess of [new Uint8Array(32), ...guesses]) {
    const guessing: Backend["dh"]["dh"] = (own, other) => {
      const mine = known(own.publicKey);
      if (mine !== undefined) return dh(mine, other);
      const theirs = known(other);
      return theirs === undefined ? guess.slice() : dh(theirs, own.publicKey);
    };
    const backend = { ...portableBackend, dh: { ...portableBackend.dh, dh: guessing } };
    const found = atB(backend, e, psk ? linkPsk : guess);
    if (found !== undefined && right !== undefined && equalBytes(found, right)) return true;
  }
  return false;
}

describe("the keys of a pair are found", () => {
  test("by either end", () => {
    expect(finds({ privateKeys: [sA, eA], psk: true })).toBe(true);
    expect(finds({ privateKeys: [sB, eB], psk: true })).toBe(true);
  });
});

describe("the keys of a pair are not found", () => {
  test("by who steals both static keys and link_psk later, when the ephemeral keys are erased", () => {
    expect(finds({ privateKeys: [sA, sB], psk: true })).toBe(false);
  });

  test("by a thief of all that B has, who wants to be A towards B", () => {
    const own = pair();
    expect(finds({ privateKeys: [sB, own], psk: true, e: own })).toBe(false);
  });

  test("by a thief of A's static key who does not have link_psk", () => {
    const own = pair();
    expect(finds({ privateKeys: [sA, own], psk: false, e: own })).toBe(false);
  });

  test("by another member, who has neither A's keys nor the common secret of A and B", () => {
    const [own, e] = [pair(), pair()];
    expect(finds({ privateKeys: [own, e], psk: false, e })).toBe(false);
    expect(finds({ privateKeys: [own, e], psk: true, e })).toBe(false);
  });

  test("where the random generators of both have failed, by who has link_psk or a static key, but not both", () => {
    expect(finds({ privateKeys: [eA, eB], psk: true })).toBe(false);
    expect(finds({ privateKeys: [eA, eB, sA, sB], psk: false })).toBe(false);
  });

  test("by a thief of both static keys who has put an ephemeral key of its own in A's place, but for that one message", () => {
    const own = pair();
    // The one case that is left: it reads what B says before A was heard, which is a commitment of the SAS.
    expect(finds({ privateKeys: [sA, own], psk: true, e: own })).toBe(true);
  });
});
