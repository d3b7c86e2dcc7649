import { encodePacket, Step } from "@countersign/wire";
import { expect } from "vitest";
import { writeBody } from "../../src/cs43/body.ts";
import { failures } from "./ceremony.ts";
import { introduce, type Session, session, type TestParty } from "./parties.ts";
import { pinnedParties } from "./pinned.ts";

export const VERSIONS = Uint8Array.of(1);
export const isG1 = (bytes: Uint8Array) => bytes[1] === 1 && bytes[3 + 17] === Step.G1;
export const isFrame = (bytes: Uint8Array) => bytes[1] === 0;

/** A packet with this ephemeral key, for all. */
export function g1(e: Uint8Array): Uint8Array {
  return encodePacket({
    type: "handshake",
    csid: 0x43,
    body: writeBody({ exch: e.slice(0, 16), step: Step.G1, at: 0n }, e),
  });
}

/** Runs until they are ready; false if that never comes. */
export const ready = (run: Session, numbers: readonly number[], limitMs = 20_000) =>
  run.run({ until: () => numbers.every((n) => run.outputsOf(n, "ready").length > 0), limitMs });

/** Who each party has pinned, by the keys that were proven, for those who say that they are ready. */
export function expectTruth(run: Session, parties: readonly TestParty[]): void {
  for (const { number } of parties) {
    for (const up of run.outputsOf(number, "up")) {
      const peer = parties.find((other) => other.number === up.number);
      expect(up.noiseStatic).toEqual(peer?.options.self.identity.noiseStatic.publicKey);
    }
  }
}

/** A session of three behind a relay that does this to what passes; all of them come to the truth in the end. */
export function hostile(change: Parameters<typeof session>[1]): Session {
  const parties = pinnedParties(3);
  const run = session(parties, change);
  introduce(run, parties);
  expect(ready(run, [1, 2, 3])).toBe(true);
  expectTruth(run, parties);
  for (const { number } of parties) expect(failures(run, number)).toEqual([]);
  return run;
}

/** The openings of re-links between two. */
export const k1Between = (run: Session, a: number, b: number) =>
  run.sent.filter(
    ({ from, to, bytes }) =>
      bytes[1] === 1 && bytes[20] === Step.K1 && from + to === a + b && (from === a || from === b),
  );
