import { describe, expect, it } from "vitest";
import { createGroupSas } from "../../src/sas/group-sas.ts";
import type { GroupSasOptions, SasInput } from "../../src/sas/group-sas-types.ts";
import { encodeParty, groupTranscript, type SasParty } from "../../src/sas/group-transcript.ts";
import { commitment, verifyOpenings } from "../../src/sas/openings.ts";
import { deriveShortString } from "../../src/sas/short-string.ts";
import { at, bytesOf, Group, makeOptions, makeParty, only, SAS_COMMIT, SAS_REVEAL } from "./group.ts";

/** The string that party 1 would see if party 2 revealed `nonce`. */
function stringFor(parties: readonly SasParty[], nonces: ReadonlyMap<number, Uint8Array>): string {
  const numbers = parties.map(({ number }) => number);
  const transcript = groupTranscript(makeOptions(1, parties).parameters, parties.map(encodeParty));
  const commitments = new Map([...nonces].map(([number, nonce]) => [number, commitment(transcript, number, nonce)]));
  return deriveShortString(verifyOpenings({ transcript, numbers, commitments, nonces })).words;
}

function run(options: GroupSasOptions) {
  const machine = createGroupSas(options);
  const said = [...machine.step({ type: "start" }, at(0))];
  const hear = (kind: typeof SAS_COMMIT | typeof SAS_REVEAL, content: Uint8Array) => {
    const input: SasInput = { type: "message", from: options.self === 1 ? 2 : 1, kind, content };
    const outputs = machine.step(input, at(0));
    said.push(...outputs);
    return outputs;
  };
  const spoken = (kind: number) => only(said, "broadcast").find((output) => output.kind === kind)?.content;
  return { hear, spoken, said };
}

describe("grinding", () => {
  const parties = [makeParty(1), makeParty(2)];

  // The first letter stands for the 40 bits: without commitments, those take a few seconds of a farm's time as well.
  const wanted = (words: string) => words.startsWith("a");
  function grind(known: Uint8Array): Uint8Array {
    for (let i = 0; ; i++) {
      const candidate = bytesOf(`candidate ${i}`);
      const nonces = new Map([
        [1, known],
        [2, candidate],
      ]);
      if (wanted(stringFor(parties, nonces))) return candidate;
    }
  }

  it("would give a party that speaks last the string that it wants", () => {
    const known = bytesOf("nonce of 1");
    const nonces = new Map([
      [1, known],
      [2, grind(known)],
    ]);
    expect(wanted(stringFor(parties, nonces))).toBe(true);
  });

  it("comes too late: whoever has seen a reveal has committed before, and cannot reveal anything else", () => {
    const victim = run(makeOptions(1, parties));
    const transcript = groupTranscript(makeOptions(1, parties).parameters, parties.map(encodeParty));
    expect(victim.spoken(SAS_REVEAL)).toBeUndefined();
    victim.hear(SAS_COMMIT, commitment(transcript, 2, bytesOf("first choice")));
    const known = victim.spoken(SAS_REVEAL) as Uint8Array;
    expect(known).toEqual(bytesOf("nonce of 1"));
    const outputs = victim.hear(SAS_REVEAL, grind(known));
    expect(outputs[0]).toMatchObject({ code: "peer.sas-mismatch", culprits: [2], persist: true });
    expect(only(victim.said, "sas")).toEqual([]);
  });

  it("comes too late by a second commitment as well", () => {
    const victim = run(makeOptions(1, parties));
    const transcript = groupTranscript(makeOptions(1, parties).parameters, parties.map(encodeParty));
    victim.hear(SAS_COMMIT, commitment(transcript, 2, bytesOf("first choice")));
    const ground = grind(victim.spoken(SAS_REVEAL) as Uint8Array);
    const outputs = victim.hear(SAS_COMMIT, commitment(transcript, 2, ground));
    expect(outputs[0]).toMatchObject({ code: "peer.protocol", culprits: [2], persist: true });
  });

  it("after a restart has nothing to work with: a nonce is marked as used up before it is revealed", () => {
    const victim = run(makeOptions(1, parties));
    const transcript = groupTranscript(makeOptions(1, parties).parameters, parties.map(encodeParty));
    victim.hear(SAS_COMMIT, commitment(transcript, 2, bytesOf("first choice")));
    const order = victim.said.map((output) => (output.type === "broadcast" ? output.kind : output.type));
    expect(order).toEqual(["persist-nonce", SAS_COMMIT, "wake", "persist-revealed", SAS_REVEAL, "wake"]);
  });
});

describe("a man in the middle of a pair, with the code", () => {
  it("gets both sides to different strings, whatever it chooses before it has seen anything", () => {
    const mallory = { noiseStatic: bytesOf("mallory"), ed25519: bytesOf("mallory's") };
    const sides = [
      { self: 1, seen: [makeParty(1), makeParty(2, mallory)] },
      { self: 2, seen: [makeParty(1, mallory), makeParty(2)] },
    ].map(({ self, seen }) => {
      const options = makeOptions(self, seen);
      const transcript = groupTranscript(options.parameters, seen.map(encodeParty));
      const victim = run(options);
      victim.hear(SAS_COMMIT, commitment(transcript, self === 1 ? 2 : 1, bytesOf("mallory's nonce")));
      victim.hear(SAS_REVEAL, bytesOf("mallory's nonce"));
      return only(victim.said, "sas")[0];
    });
    expect(sides[0]?.words).toMatch(/-/);
    expect(sides[1]?.words).toMatch(/-/);
    expect(sides[0]?.words).not.toBe(sides[1]?.words);
    expect(sides[0]?.digits).not.toBe(sides[1]?.digits);
  });

  it("is found at the openings when it only passes the SAS messages on", () => {
    const mallory = { noiseStatic: bytesOf("mallory") };
    const alice = run(makeOptions(1, [makeParty(1), makeParty(2, mallory)]));
    const bob = run(makeOptions(2, [makeParty(1, mallory), makeParty(2)]));
    alice.hear(SAS_COMMIT, bob.spoken(SAS_COMMIT) as Uint8Array);
    const [failed] = alice.hear(SAS_REVEAL, bytesOf("nonce of 2"));
    expect(failed).toMatchObject({ code: "peer.sas-mismatch", culprits: [2], persist: true });
  });
});

describe("one member against the others", () => {
  it("who commits to different nonces towards each gives them different strings", () => {
    const group = new Group(3);
    group.lost = (_, to) => to === 3;
    for (const number of [1, 2]) group.step(number, { type: "start" });
    const transcript = groupTranscript(
      makeOptions(
        1,
        [1, 2, 3].map((number) => makeParty(number)),
      ).parameters,
      [1, 2, 3].map((number) => encodeParty(makeParty(number))),
    );
    for (const kind of [SAS_COMMIT, SAS_REVEAL] as const) {
      group.deliverAll();
      for (const number of [1, 2]) {
        const nonce = bytesOf(`for ${number}`);
        const content = kind === SAS_COMMIT ? commitment(transcript, 3, nonce) : nonce;
        group.step(number, { type: "message", from: 3, kind, content });
      }
    }
    group.deliverAll();
    const [one, two] = [group.of(1, "sas")[0], group.of(2, "sas")[0]];
    expect(one?.words).not.toBe(two?.words);
    // Even if both users say yes without comparing, neither accepts the other's SAS_OK.
    for (const number of [1, 2]) group.step(number, { type: "confirm", same: true });
    group.deliverAll();
    expect(group.of(1, "failed")).toMatchObject([{ code: "peer.sas-mismatch", culprits: [2], persist: true }]);
    expect([...group.of(1, "complete"), ...group.of(2, "complete")]).toEqual([]);
  });

  it("who knows the string first and leaves when it does not like it costs a SAS failure at everyone", () => {
    const group = new Group(3);
    group.lost = (from, _, kind) => from === 3 && kind === SAS_REVEAL;
    group.startAll();
    group.deliverAll();
    expect(group.of(3, "sas")).toHaveLength(1);
    group.step(1, { type: "lost", number: 3 });
    group.now = 30_000;
    group.step(2, { type: "time" });
    for (const number of [1, 2]) {
      expect(group.of(number, "sas")).toEqual([]);
      expect(group.of(number, "failed")).toMatchObject([{ code: "peer.sas-aborted", culprits: [3], persist: true }]);
    }
  });
});
