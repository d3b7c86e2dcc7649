import { describe, expect, it } from "vitest";
import type { Heard } from "../src/ceremony/heard.ts";
import { KeyStanding } from "../src/ceremony/key-standing.ts";
import { sentences } from "../src/screens/sentences.ts";
import type { KeyFacts } from "../src/store/group-key.ts";

const labels = ["alice", "bob", "carol"];
const parties = labels.map((label, index) => ({ number: index + 1, label }));
const facts = { label: "treasury", threshold: 2, parties } as unknown as KeyFacts;
const session = (fill: number) => new Uint8Array(16).fill(fill);
const told: Heard = { type: "told" };
const open = (fill: number): Heard => ({ type: "open", session: session(fill), parties: 3, joined: 2 });
const running = (fill: number): Heard => ({ type: "running", session: session(fill), parties: 2, joined: 2 });
const proposal = (fill: number, of = 3): Heard => ({
  type: "proposal",
  from: 1,
  session: session(fill),
  proposal: { parties: of, kind: "psbt", name: "payment.psbt" },
});

function standing(...heard: readonly Heard[]) {
  const all = new KeyStanding(facts);
  for (const one of heard) all.take(one);
  return { all, lines: sentences({ event: "key-status", key: "treasury", signings: all.list() }) };
}

describe("what stands with a key", () => {
  it("is nothing, once the relay has said so", () => {
    expect(standing().all.isKnown).toBe(false);
    const { all, lines } = standing(told);
    expect([all.isKnown, all.isWhole]).toEqual([true, true]);
    expect(lines).toEqual(["Nobody proposes anything to sign with treasury now."]);
  });

  it("is whole when it is known of each proposal whose it is; of a signing that runs nobody says so", () => {
    expect(standing(open(1), running(2), told).all.isWhole).toBe(false);
    const { all, lines } = standing(open(1), running(2), told, proposal(1));
    expect(all.isWhole).toBe(true);
    expect(lines).toEqual([
      "alice proposes to sign with treasury: psbt payment.psbt; 2 of 3 are there.",
      "Somebody signs with treasury: 2 of 2 are there.",
    ]);
  });

  it("has proposals of nobody knows whom, and those that came meanwhile", () => {
    expect(standing(open(1), told, proposal(2)).lines).toEqual([
      "Somebody proposes to sign with treasury: 2 of 3 are there.",
      "alice proposes to sign with treasury: psbt payment.psbt; 1 of 3 are there.",
    ]);
  });

  it("has not what has ended, nor what holders of this key cannot have begun", () => {
    const from = { from: 1, session: session(1) };
    expect(standing(proposal(1), { type: "signed", ...from, signed: {} }).all.list()).toEqual([]);
    const ended = { ended: "cancelled", kind: "psbt" } as const;
    expect(standing(proposal(1), { type: "ended", ...from, ended }).all.list()).toEqual([]);
    expect(standing(proposal(1, 4), { ...open(1), parties: 1 } as Heard).all.list()).toEqual([]);
  });
});
