import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { encodePacket } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { createConversation } from "../../src/channel/conversation.ts";
import { pairKeys } from "../../src/group-link/pair-keys.ts";
import { sessionTranscript } from "../../src/sas/group-transcript.ts";
import { drops, failures } from "../support/ceremony.ts";
import { g1, isFrame, isG1, VERSIONS } from "../support/group-links.ts";
import { introduce, session, type TestParty } from "../support/parties.ts";
import { linkPskOf, pinnedParties, pinOf } from "../support/pinned.ts";

// The relay does what it likes, and of the parties all but two may be its accomplices. None of it may make anybody take
// somebody for another one; what it can do is to make pairs re-link.

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
