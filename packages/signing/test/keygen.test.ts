import { concat, encodeHex, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { decodeKeyShare, encodeKeyShare, frostKeygen, keyGroup, keyId, keyOutcome } from "../src/index.ts";
import { suites } from "../src/suite.ts";
import { keygen, makeKey, seeded, suiteNames, transcript } from "./keys.ts";

const grid = [
  { numbers: [1, 2], threshold: 2 },
  { numbers: [1, 2, 3], threshold: 2 },
  { numbers: [1, 2, 3], threshold: 3 },
  { numbers: [1, 2, 3, 4, 5], threshold: 3 },
  { numbers: [3, 7, 254, 255], threshold: 2 },
];

describe.each(suiteNames)("a key of %s", (suite) => {
  test.each(grid)("is the same for $numbers.length parties, $threshold of which sign", async (parties) => {
    const steps = await keygen({ suite, ...parties });
    const outcomes = new Set<string>();
    for (const [number, step] of steps) {
      if (step.type !== "done") throw new Error(JSON.stringify(step));
      outcomes.add(encodeHex(step.outcome));
      expect(step.result.number).toBe(number);
      expect([...step.result.verificationShares.keys()]).toEqual(parties.numbers);
      expect(step.state).toEqual(encodeKeyShare(step.result));
    }
    expect(outcomes.size).toBe(1);
  });

  test("is the secret that any threshold of shares adds up to, and not what one less does", async () => {
    const shares = [...(await makeKey({ suite, numbers: [1, 2, 3, 4], threshold: 3 })).values()];
    const { frost, base, parseScalar } = suites[suite];
    const signers = { min: 3, max: 4 };
    const [groupKey] = shares.map((share) => encodeHex(share.groupKey));
    const keyOf = (chosen: readonly number[]) => {
      const packages = chosen.flatMap((at) => {
        const share = shares[at];
        if (share === undefined) return [];
        return [
          { identifier: frost.Identifier.fromNumber(share.number), signingShare: new Uint8Array(share.secretShare) },
        ];
      });
      return encodeHex(base.multiply(parseScalar(frost.combineSecret(packages, signers))).toBytes());
    };
    expect([keyOf([0, 1, 2]), keyOf([1, 2, 3]), keyOf([0, 1, 3])]).toEqual([groupKey, groupKey, groupKey]);
    expect(() => keyOf([0, 1])).toThrow();
  });

  test("has one name and one group at all parties, which another session does not have", async () => {
    const shares = [...(await makeKey({ suite, numbers: [1, 2, 3], threshold: 2 })).values()];
    expect(new Set(shares.map(keyId)).size).toBe(1);
    expect(new Set(shares.map((share) => encodeHex(keyGroup(share)))).size).toBe(1);
    const [first] = shares;
    if (first === undefined) throw new Error("no share");
    expect(keyGroup({ ...first, transcript: new Uint8Array(32) })).not.toEqual(keyGroup(first));
    // What a ceremony record says, which may be shown to anybody, is not enough to find the group.
    const outcome = keyOutcome(first);
    expect(keyGroup(first)).not.toEqual(sha256(concat(utf8("countersign/1 key-group"), outcome)).slice(0, 16));
    expect(keyGroup({ ...first, verificationShares: new Map() })).not.toEqual(keyGroup(first));
  });
});

describe("a saved state", () => {
  test("of any round gives the same messages again, in a protocol that is made anew", async () => {
    const options = { suite: "ed25519", numbers: [1, 2, 3], threshold: 2 } as const;
    let compared = 0;
    const again = (self: number) => frostKeygen({ ...options, self, transcript, randomBytes: seeded(self + 100) });
    const whole = await keygen({ ...options });
    const interrupted = await keygen({
      ...options,
      between: (number, _round, protocol) => {
        compared++;
        return { ...protocol, advance: again(number).advance } as typeof protocol;
      },
    });
    expect(compared).toBe(9);
    expect(interrupted).toEqual(whole);
  });

  test("of another party, session or threshold is not gone on with", async () => {
    const options = {
      suite: "ed25519",
      numbers: [1, 2, 3],
      self: 1,
      threshold: 2,
      transcript,
      randomBytes: seeded(1),
    } as const;
    const begun = await frostKeygen(options).begin();
    if (begun.type !== "round") throw new Error("did not begin");
    const received = [2, 3].map((from) => ({ from, broadcast: new Uint8Array() }));
    const others = [
      { ...options, self: 2 },
      { ...options, threshold: 3 },
      { ...options, suite: "secp256k1-taproot" as const },
      { ...options, transcript: new Uint8Array(32) },
    ];
    for (const other of others) {
      const ofOther = received.map(({ broadcast }, at) => ({
        from: [1, 2, 3].filter((n) => n !== other.self)[at] ?? 0,
        broadcast,
      }));
      const step = await frostKeygen(other).advance(begun.state, 1, ofOther);
      expect(step).toMatchObject({ type: "failed", culprits: [], detail: expect.stringContaining("saved state") });
    }
  });

  test("holds no coefficient of one's polynomial any more once the shares are made", async () => {
    const options = { suite: "ed25519", numbers: [1, 2], threshold: 2, transcript } as const;
    const [one, two] = [1, 2].map((self) => frostKeygen({ ...options, self, randomBytes: seeded(self) }));
    const [first, second] = [await one?.begin(), await two?.begin()];
    if (first?.type !== "round" || second?.type !== "round" || second.broadcast === undefined)
      throw new Error("no round");
    const next = await one?.advance(first.state, 1, [{ from: 2, broadcast: second.broadcast }]);
    if (next?.type !== "round") throw new Error("no round");
    const secret = encodeHex(first.state.slice(65, 97));
    expect(encodeHex(first.state)).toContain(secret);
    expect(encodeHex(next.state)).not.toContain(secret);
  });
});

test("a key share comes back from its bytes, and from no others", async () => {
  const [share] = (await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, 3], threshold: 2 })).values();
  if (share === undefined) throw new Error("no share");
  const bytes = encodeKeyShare(share);
  expect(decodeKeyShare(bytes)).toEqual({ ok: true, value: share });
  for (let length = 0; length < bytes.length; length++) expect(decodeKeyShare(bytes.slice(0, length)).ok).toBe(false);
  expect(decodeKeyShare(Uint8Array.of(...bytes, 0)).ok).toBe(false);
  const wrongSecret = { ...share, secretShare: new Uint8Array(32).fill(1) };
  expect(decodeKeyShare(encodeKeyShare(wrongSecret)).ok).toBe(false);
});

test.each([
  { numbers: [1], self: 1, threshold: 2 },
  { numbers: [1, 2], self: 3, threshold: 2 },
  { numbers: [2, 1], self: 1, threshold: 2 },
  { numbers: [1, 1], self: 1, threshold: 2 },
  { numbers: [0, 1], self: 1, threshold: 2 },
  { numbers: [1, 256], self: 1, threshold: 2 },
  { numbers: [1, 2], self: 1, threshold: 1 },
  { numbers: [1, 2], self: 1, threshold: 3 },
])("no key is made with %j", (parties) => {
  const options = { suite: "ed25519" as const, transcript, randomBytes: seeded(1), ...parties };
  expect(() => frostKeygen(options)).toThrow(expect.objectContaining({ code: "usage.keygen" }));
});
