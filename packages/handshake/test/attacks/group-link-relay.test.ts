import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { GroupLink } from "../../src/group-link/group-link.ts";
import type { LinkedParty } from "../../src/group-link/group-link-types.ts";
import { drops, failures } from "../support/ceremony.ts";
import { expectTruth, g1, hostile, isG1, k1Between, ready, VERSIONS } from "../support/group-links.ts";
import { introduce, party, session } from "../support/parties.ts";
import { pinnedParties, pinOf } from "../support/pinned.ts";

// The relay does what it likes, and of the parties all but two may be its accomplices. None of it may make anybody take
// somebody for another one; what it can do is to make pairs re-link.

describe("a relay that tampers with G1", () => {
  test("and replaces one by that of another member: this pair re-links, the others do not", () => {
    const seen = new Map<number, Uint8Array>();
    const run = hostile((envelope) => {
      if (!isG1(envelope.bytes)) return [{ ...envelope, delayMs: 1 }];
      seen.set(envelope.from, envelope.bytes);
      const swapped = envelope.from === 2 && envelope.to === 1 ? seen.get(1) : undefined;
      return [{ ...envelope, bytes: swapped ?? envelope.bytes, delayMs: 1 }];
    });
    expect(k1Between(run, 1, 2).length).toBeGreaterThan(0);
    expect(k1Between(run, 1, 3)).toEqual([]);
  });

  test("and shows one party's ephemeral key to some, and its own to others", () => {
    const own = portableBackend.dh.generateKeyPair(new SeededRandom(9).bytes);
    const run = hostile((envelope) => {
      const isShown = isG1(envelope.bytes) && envelope.from === 3 && envelope.to === 1;
      return [{ ...envelope, bytes: isShown ? g1(own.publicKey) : envelope.bytes, delayMs: 1 }];
    });
    expect(k1Between(run, 1, 3).length).toBeGreaterThan(0);
    expect(k1Between(run, 2, 3)).toEqual([]);
  });

  test("and says first what is made up, for everybody", () => {
    const own = portableBackend.dh.generateKeyPair(new SeededRandom(9).bytes);
    const run = hostile((envelope) => {
      const good = { ...envelope, delayMs: 2 };
      return isG1(envelope.bytes) ? [{ ...envelope, bytes: g1(own.publicKey), delayMs: 1 }, good] : [good];
    });
    for (const [a, b] of [
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const)
      expect(k1Between(run, a, b).length).toBeGreaterThan(0);
  });

  test("and gives them back to who has said them", () => {
    const run = hostile((envelope) => {
      if (!isG1(envelope.bytes)) return [{ ...envelope, delayMs: 1 }];
      return [
        { from: envelope.to, to: envelope.from, bytes: envelope.bytes, delayMs: 1 },
        { ...envelope, delayMs: 2 },
      ];
    });
    for (const number of [1, 2, 3]) expect(drops(run, number)).toContain("group-link.reflected");
    expect(run.sent.filter(({ bytes }) => bytes[20] === Step.K1 && bytes[1] === 1)).toEqual([]);
  });

  test("and keeps all of them: everything re-links", () => {
    const run = hostile((envelope) => (isG1(envelope.bytes) ? [] : [{ ...envelope, delayMs: 1 }]));
    expect(run.sent.filter(({ bytes }) => bytes[20] === Step.K1 && bytes[1] === 1)).toHaveLength(3);
  });

  test("and delivers them when everything is up", () => {
    const late: { from: number; to: number; bytes: Uint8Array }[] = [];
    const run = hostile((envelope) => {
      if (isG1(envelope.bytes)) late.push(envelope);
      return isG1(envelope.bytes) ? [] : [{ ...envelope, delayMs: 1 }];
    });
    for (const envelope of late) run.deliver(envelope);
    run.run({ limitMs: 1_000 });
    for (const number of [1, 2, 3]) {
      expect(drops(run, number).filter((code) => code === "group-link.late")).toHaveLength(2);
    }
    run.input(1, { type: "send", to: 0, round: 0, bytes: Uint8Array.of(1) });
    run.run({ limitMs: 1_000 });
    expect([2, 3].map((number) => run.outputsOf(number, "message").length)).toEqual([1, 1]);
  });

  test("and changes any bit of one: it is dropped, or there are keys that nobody has", () => {
    const [alice, bob, carol] = pinnedParties(3);
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error("no parties");
    const others = [bob, carol].map(
      (other): LinkedParty => ({ number: other.number, versions: VERSIONS, pin: pinOf(other, 1) }),
    );
    const now = { ms: 0, unixSeconds: 0 };
    const theirs = portableBackend.dh.generateKeyPair(new SeededRandom(3).bytes);
    const good = g1(theirs.publicKey).slice(3);
    const keysOf = (body: Uint8Array): string | undefined => {
      const link = new GroupLink({
        self: { number: 1, versions: VERSIONS },
        parties: 3,
        staticKey: alice.options.self.identity.noiseStatic,
        backend: portableBackend,
        randomBytes: new SeededRandom(1).bytes,
      });
      link.step({ type: "full", transcript: new Uint8Array(32), others }, now);
      const [output] = link.step({ type: "packet", from: 2, body }, now);
      expect(["keys", "drop"]).toContain(output?.type);
      return output?.type === "keys" ? output.keys.receiveKey.join() : undefined;
    };
    const right = keysOf(good);
    expect(right).toBeDefined();
    for (let bit = 0; bit < good.length * 8; bit++) {
      const changed = good.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(keysOf(changed), `bit ${bit}`).not.toBe(right);
    }
  });

  test("and loses, repeats and reorders whatever passes: all are ready, and everything arrives once", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const parties = pinnedParties(4);
      const run = session(
        parties,
        (envelope, random) => {
          const copies = random.chance(0.1) ? 0 : random.chance(0.2) ? 2 : 1;
          return Array.from({ length: copies }, () => ({ ...envelope, delayMs: 1 + random.integer(400) }));
        },
        seed,
      );
      introduce(run, parties);
      expect(ready(run, [1, 2, 3, 4], 80_000), `seed ${seed}`).toBe(true);
      expectTruth(run, parties);
      for (let i = 0; i < 5; i++) run.input(2, { type: "send", to: 0, round: i, bytes: Uint8Array.of(i) });
      run.run({ limitMs: 60_000 });
      for (const number of [1, 3, 4]) {
        expect(
          run.outputsOf(number, "message").map(({ round }) => round),
          `seed ${seed}`,
        ).toEqual([0, 1, 2, 3, 4]);
      }
    }
  });
});

describe("a relay that shows two groups", () => {
  test("to two parties: they have no keys of each other, although they see each other alike, and nobody is ready", () => {
    const parties = pinnedParties(3);
    const [alice, bob, carol] = parties;
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error("no parties");
    const ghost = party(3, "ghost");
    const run = session(parties);
    const tell = (to: number, number: number, eid: Uint8Array) =>
      run.input(to, { type: "member", number, eid, versions: VERSIONS });
    tell(1, 2, bob.eid);
    tell(1, 3, ghost.eid);
    tell(2, 1, alice.eid);
    tell(2, 3, carol.eid);
    tell(3, 1, alice.eid);
    tell(3, 2, bob.eid);
    run.run({ limitMs: 1_900 });
    expect(run.outputsOf(1, "up")).toEqual([]);
    expect(run.outputsOf(2, "up").map(({ number }) => number)).toEqual([3]);
    run.run({ limitMs: 100_000 });
    for (const number of [1, 2, 3]) {
      expect(run.outputsOf(number, "ready")).toEqual([]);
      expect(failures(run, number)).toHaveLength(1);
    }
  });

  test("by putting another endpoint into a place after G1: the ephemeral key is given up, and the rest re-links", () => {
    const parties = pinnedParties(3);
    const run = session(parties, (envelope) => (isG1(envelope.bytes) ? [] : [{ ...envelope, delayMs: 1 }]));
    run.input(1, { type: "member", number: 2, eid: parties[1]?.eid ?? new Uint8Array(32), versions: VERSIONS });
    run.input(1, { type: "member", number: 3, eid: party(3, "ghost").eid, versions: VERSIONS });
    run.run({ limitMs: 100 });
    const count = run.sent.filter(({ bytes }) => isG1(bytes)).length;
    expect(count).toBe(2);
    introduce(run, parties);
    expect(ready(run, [1, 2, 3])).toBe(true);
    expect(run.sent.filter(({ from, bytes }) => from === 1 && isG1(bytes))).toHaveLength(count);
    expectTruth(run, parties);
  });
});

describe("what was recorded of another session", () => {
  test("of the same parties is of no use in this one", () => {
    const before = pinnedParties(3);
    const old = session(before);
    introduce(old, before);
    expect(ready(old, [1, 2, 3])).toBe(true);
    const eidOf = (number: number) => new SeededRandom(100 + number).bytes(32);
    const parties = pinnedParties(3).map(({ number, options }) => {
      const eid = eidOf(number);
      // Even where a generator begins anew: the same ephemeral keys, and other keys of the pairs.
      return { number, eid, options: { ...options, self: { ...options.self, eid } } };
    });
    const run = session(parties, (envelope) => (isG1(envelope.bytes) ? [] : [{ ...envelope, delayMs: 50 }]));
    introduce(run, parties);
    for (const envelope of old.sent) run.deliver(envelope);
    run.run({ limitMs: 40 });
    for (const number of [1, 2, 3]) {
      expect(run.outputsOf(number, "up")).toEqual([]);
      expect(failures(run, number)).toEqual([]);
    }
    expect(ready(run, [1, 2, 3])).toBe(true);
    expectTruth(run, parties);
  });
});
