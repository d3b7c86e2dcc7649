import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { encodePacket, Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { createConversation } from "../../src/channel/conversation.ts";
import { writeBody } from "../../src/cs43/body.ts";
import { GroupLink } from "../../src/group-link/group-link.ts";
import type { LinkedParty } from "../../src/group-link/group-link-types.ts";
import { pairKeys } from "../../src/group-link/pair-keys.ts";
import { sessionTranscript } from "../../src/sas/group-transcript.ts";
import { drops, failures } from "../support/ceremony.ts";
import { introduce, party, type Session, session, type TestParty } from "../support/parties.ts";
import { linkPskOf, pinnedParties, pinOf } from "../support/pinned.ts";

// The relay does what it likes, and of the parties all but two may be its accomplices. None of it may make anybody take
// somebody for another one; what it can do is to make pairs re-link.

const VERSIONS = Uint8Array.of(1);
const isG1 = (bytes: Uint8Array) => bytes[1] === 1 && bytes[3 + 17] === Step.G1;
const isFrame = (bytes: Uint8Array) => bytes[1] === 0;

function g1(e: Uint8Array): Uint8Array {
  return encodePacket({
    type: "handshake",
    csid: 0x43,
    body: writeBody({ exch: e.slice(0, 16), step: Step.G1, at: 0n }, e),
  });
}

const ready = (run: Session, numbers: readonly number[], limitMs = 20_000) =>
  run.run({ until: () => numbers.every((n) => run.outputsOf(n, "ready").length > 0), limitMs });

/** Who each party has pinned, by the keys that were proven, for those who say that they are ready. */
function expectTruth(run: Session, parties: readonly TestParty[]): void {
  for (const { number } of parties) {
    for (const up of run.outputsOf(number, "up")) {
      const peer = parties.find((other) => other.number === up.number);
      expect(up.noiseStatic).toEqual(peer?.options.self.identity.noiseStatic.publicKey);
    }
  }
}

function hostile(change: Parameters<typeof session>[1]): Session {
  const parties = pinnedParties(3);
  const run = session(parties, change);
  introduce(run, parties);
  expect(ready(run, [1, 2, 3])).toBe(true);
  expectTruth(run, parties);
  for (const { number } of parties) expect(failures(run, number)).toEqual([]);
  return run;
}

const k1Between = (run: Session, a: number, b: number) =>
  run.sent.filter(
    ({ from, to, bytes }) =>
      bytes[1] === 1 && bytes[20] === Step.K1 && from + to === a + b && (from === a || from === b),
  );

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

describe("a member that cheats", () => {
  /** Party 3 as its own program has it: the keys with another party, and a conversation under them. */
  function insider(victim: TestParty, parties: readonly TestParty[], e: Uint8Array) {
    const [, , carol] = parties;
    if (carol === undefined) throw new Error("no party");
    const { parameters, self } = carol.options;
    const ephemeral = portableBackend.dh.generateKeyPair(new SeededRandom(33).bytes);
    const members = parties.map(({ eid, options }) => {
      const { number, label, identity } = options.self;
      return { number, eid, label, noiseStatic: identity.noiseStatic.publicKey, ed25519: identity.ed25519 };
    });
    const keys = pairKeys({
      backend: portableBackend,
      transcript: sessionTranscript(parameters, members),
      self: { number: 3, versions: VERSIONS },
      staticKey: self.identity.noiseStatic,
      ephemeral,
      peer: { number: victim.number, versions: VERSIONS, pin: pinOf(victim, 3) },
      e,
    });
    if (keys === undefined) throw new Error("no keys");
    const conversation = createConversation({ cipher: portableBackend.cipher("ChaChaPoly") });
    const now = { ms: 0, unixSeconds: 0 };
    conversation.step({ type: "install", id: 0, ...keys, tentative: false, greet: false, peerNext: 0n }, now);
    const commit = conversation
      .step({ type: "post", kind: 4, content: new Uint8Array(32).fill(1) }, now)
      .flatMap((output) => (output.type === "send" ? [encodePacket({ type: "channel", body: output.body })] : []));
    return { packet: g1(ephemeral.publicKey), commit };
  }

  /** Alice and Bob, who have said G1, and Carol, who is played by the test. */
  function begin() {
    const parties = pinnedParties(3);
    const run = session(parties.slice(0, 2));
    introduce(run, parties.slice(0, 2));
    for (const to of [1, 2]) {
      run.input(to, { type: "member", number: 3, eid: parties[2]?.eid ?? new Uint8Array(32), versions: VERSIONS });
    }
    const eOf = (number: number) =>
      run.sent.find(({ from, bytes }) => from === number && isG1(bytes))?.bytes.slice(-32) ?? new Uint8Array(32);
    run.run({ limitMs: 50 });
    return { run, parties, eOf };
  }

  const alice = (parties: readonly TestParty[]): TestParty => {
    const [first] = parties;
    if (first === undefined) throw new Error("no party");
    return first;
  };

  test("is heard as itself, under the keys of its own pair", () => {
    const { run, parties, eOf } = begin();
    const { packet, commit } = insider(alice(parties), parties, eOf(1));
    run.deliver({ from: 3, to: 1, bytes: packet });
    for (const bytes of commit) run.deliver({ from: 3, to: 1, bytes });
    run.run({ limitMs: 10 });
    expect(run.outputsOf(1, "up").map(({ number }) => number)).toContain(3);
  });

  test("cannot speak for another one, with a relay that names the other one as the sender", () => {
    const { run, parties, eOf } = begin();
    const { packet, commit } = insider(alice(parties), parties, eOf(1));
    run.deliver({ from: 3, to: 1, bytes: packet });
    const before = drops(run, 1).length;
    expect(commit.filter(isFrame)).toHaveLength(1);
    for (const bytes of commit) run.deliver({ from: 2, to: 1, bytes });
    run.run({ limitMs: 10 });
    expect(drops(run, 1).slice(before)).toEqual(["channel.unauthentic"]);
    expect(run.outputsOf(1, "up").map(({ number }) => number)).not.toContain(3);
  });

  test("cannot take another one's place by its own ephemeral key", () => {
    const parties = pinnedParties(3);
    const run = session(parties, () => []);
    for (const { number, eid } of parties.slice(1)) run.input(1, { type: "member", number, eid, versions: VERSIONS });
    const e = run.sent[0]?.bytes.slice(-32) ?? new Uint8Array(32);
    const said = insider(alice(parties), parties, e);
    // As number 2, with all that 3 has, the common secret of 1 and 3 included.
    run.deliver({ from: 2, to: 1, bytes: said.packet });
    for (const bytes of said.commit) run.deliver({ from: 2, to: 1, bytes });
    run.run({ limitMs: 10 });
    expect(run.outputsOf(1, "up")).toEqual([]);
    expect(drops(run, 1)).toContain("channel.unauthentic");
    expect(linkPskOf(1, 2)).not.toEqual(linkPskOf(1, 3));
  });

  test.each<[string, (parties: readonly TestParty[], e: Uint8Array) => Uint8Array]>([
    ["another one's static key", (parties) => alice(parties.slice(1)).options.self.identity.noiseStatic.publicKey],
    ["the static key of who hears it", (parties) => alice(parties).options.self.identity.noiseStatic.publicKey],
    ["another one's ephemeral key", (_, e) => e],
    ["a key of small order", () => new Uint8Array(32)],
  ])("and says %s for its ephemeral key hurts its own pairs only", (_, chosen) => {
    const { run, parties, eOf } = begin();
    const bytes = g1(chosen(parties, eOf(2)));
    for (const to of [1, 2]) run.deliver({ from: 3, to, bytes });
    run.run({ limitMs: 1_500 });
    for (const number of [1, 2]) {
      expect(run.outputsOf(number, "up").map((up) => up.number)).not.toContain(3);
      expect(failures(run, number)).toEqual([]);
    }
  });

  test("and floods a party with ephemeral keys makes it compute once", () => {
    let count = 0;
    const { dh } = portableBackend;
    const counting: typeof dh.dh = (own, other) => {
      count++;
      return dh.dh(own, other);
    };
    const counted = { ...portableBackend, dh: { ...dh, dh: counting } };
    const parties = pinnedParties(3, (number) => (number === 1 ? { backend: counted } : {}));
    const run = session(parties.slice(0, 1));
    for (const { number, eid } of parties.slice(1)) run.input(1, { type: "member", number, eid, versions: VERSIONS });
    for (let seed = 0; seed < 100; seed++) {
      const { publicKey } = portableBackend.dh.generateKeyPair(new SeededRandom(seed).bytes);
      run.deliver({ from: 3, to: 1, bytes: g1(publicKey) });
    }
    expect(count).toBe(4);
    expect(drops(run, 1)).toHaveLength(99);
  });
});
