import { describe, expect, test } from "vitest";
import { PeerKeys } from "../../src/cs3a/peer-keys.ts";

const bodyUnder = (key: number) => new Uint8Array(100).fill(key);
const secret = () => new Uint8Array(32).fill(7);

describe("the ephemeral keys of a peer", () => {
  test("are four, and that of the exchange is one of them; what is forgotten is erased", () => {
    const keys = new PeerKeys();
    const secrets = Array.from({ length: 10 }, secret);
    keys.agree(bodyUnder(1).subarray(0, 32));
    secrets.forEach((each, index) => {
      keys.keep(bodyUnder(index), each);
    });
    const kept = secrets.map((_, index) => keys.secretOf(bodyUnder(index)) !== undefined);
    expect(kept.flatMap((is, index) => (is ? [index] : []))).toEqual([1, 7, 8, 9]);
    expect(secrets.map((each) => each[0] !== 0)).toEqual(kept);
    keys.wipe();
    expect(secrets.every((each) => each.every((byte) => byte === 0))).toBe(true);
    expect(keys.secretOf(bodyUnder(9))).toBeUndefined();
  });

  test("keep the secret that they had", () => {
    const keys = new PeerKeys();
    const [first, again] = [secret(), secret()];
    keys.keep(bodyUnder(1), first);
    keys.keep(bodyUnder(1), again);
    expect(keys.secretOf(bodyUnder(1))).toBe(first);
  });

  test("introduce the peer four at a time, the newest", () => {
    const keys = new PeerKeys();
    for (const key of [1, 2, 3, 4, 1, 5]) keys.introduce(bodyUnder(key));
    expect([1, 2, 3, 4, 5].map((key) => keys.isIntroduced(bodyUnder(key)))).toEqual([true, false, true, true, true]);
  });
});
