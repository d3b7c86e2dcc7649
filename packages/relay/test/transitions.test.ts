import { type Cause, type GroupEntry, type Phase, transitions } from "@countersign/relay";
import { describe, expect, it } from "vitest";
import { LiveScenario } from "./live/live-scenario.ts";
import { place } from "./live/token-members.ts";
import { parameters, Scenario } from "./scenario.ts";

/** How to bring a session of three into each phase; `others` is how many members have finished. */
function inPhase(phase: Phase, others = 0): Scenario {
  const scenario = new Scenario();
  const size = { parties: 3, threshold: 2 };
  scenario.apply({ type: "create", session: "s", life: 60, ...parameters, ...size });
  scenario.open("a", size);
  scenario.ask({ type: "claim", session: "s", claim: "b" });
  scenario.open("b", { ...size, claim: "b" });
  if (phase !== "gathering") {
    scenario.ask({ type: "claim", session: "s", claim: "c" });
    scenario.open("c", { ...size, claim: "c" });
  }
  const members = scenario.session().members.length;
  for (let from = 1; from <= others; from++) scenario.apply({ type: "finish", session: "s", from });
  const { activity } = scenario.session();
  if (phase === "closed")
    for (let from = 1; from <= members; from++) scenario.apply({ type: "finish", session: "s", from });
  if (phase === "aborted") scenario.apply({ type: "abort", session: "s", from: 1, reason: "x" });
  if (phase === "expired") scenario.apply({ type: "expire", session: "s", activity });
  expect(scenario.session().phase).toBe(phase);
  return scenario;
}

const someone = {
  type: "open",
  session: "s",
  fresh: "f",
  life: 60,
  ...parameters,
  eid: "d",
  versions: "AQ",
  token: "d",
} as const;

/** The scenario in which a cause meets a phase, and the entry that is the cause. */
function meet(phase: Phase, cause: Exclude<Cause, "leave">): { scenario: Scenario; entry: GroupEntry } {
  const gathering = phase === "gathering";
  const scenario = inPhase(phase, cause === "close" && !gathering && phase === "full" ? 2 : 0);
  const from = cause === "close" ? scenario.session().members.length : 1;
  const { activity } = scenario.session();
  switch (cause) {
    case "claim":
      return { scenario, entry: { type: "claim", session: "s", claim: "d" } };
    case "free":
      return { scenario, entry: { type: "free", session: "s", claim: "b" } };
    case "join":
    case "fill":
      return { scenario, entry: { ...someone, parties: 3, threshold: 2 } };
    case "message":
      return { scenario, entry: { type: "message", session: "s", from, cseq: 1, envelopes: [{ to: 0, body: "" }] } };
    case "ack":
      return { scenario, entry: { type: "ack", session: "s", from, seq: 1 } };
    case "finish":
      return { scenario, entry: { type: "finish", session: "s", from } };
    case "index":
      return { scenario, entry: { type: "index", session: "s", from, index: 5 } };
    case "close":
      if (gathering) scenario.apply({ type: "finish", session: "s", from: 1 });
      return { scenario, entry: { type: "finish", session: "s", from } };
    case "abort":
      return { scenario, entry: { type: "abort", session: "s", from, reason: "y" } };
    case "expire":
      return { scenario, entry: { type: "expire", session: "s", activity } };
    case "forget":
      return { scenario, entry: { type: "forget", session: "s" } };
  }
}

describe("the life of a session goes by its table", () => {
  for (const [phase, row] of Object.entries(transitions) as [Phase, Record<Cause, string>][]) {
    for (const [cause, next] of Object.entries(row) as [Cause, string][]) {
      // Who leaves is a connection: below.
      if (cause === "leave") continue;
      // Two of three are there when a session gathers here: for the place that is left, a claim comes first.
      if (phase === "gathering" && (cause === "join" || cause === "fill")) continue;
      it(`${phase}, ${cause}: ${next}`, () => {
        const { scenario, entry } = meet(phase, cause);
        const before = structuredClone(scenario.group.sessions);
        scenario.apply(entry);
        if (next === "forgotten") expect(scenario.group.sessions.size).toBe(0);
        else if (next in transitions) expect(scenario.session().phase).toBe(next);
        else {
          expect(scenario.group.sessions).toEqual(before);
          const answers = scenario.outputs.map((output) => (output.type === "answer" ? output.answer : output.type));
          const refusals = [
            expect.objectContaining({
              error: expect.objectContaining({ data: expect.objectContaining({ code: next }) }),
            }),
          ];
          expect(answers).toEqual(next === "ignored" ? [] : refusals);
        }
      });
    }
  }

  it("gathering, join: gathering; gathering, fill: full", () => {
    const scenario = new Scenario();
    const size = { parties: 3, threshold: 2 };
    const phases = ["a", "b", "c"].map((member) => {
      scenario.open(member, size);
      return scenario.session().phase;
    });
    expect(phases).toEqual([transitions.gathering.join, transitions.gathering.join, transitions.gathering.fill]);
  });

  it.each(Object.keys(transitions) as Phase[])("%s, leave", (phase) => {
    const scenario = new LiveScenario(2);
    scenario.begin("keygen");
    scenario.signup(1);
    if (phase !== "gathering") scenario.signup(2);
    scenario.apply({ type: "open", ...place, eid: "a", token: "a" });
    const from = scenario.session().members.length;
    if (phase === "closed") {
      for (const number of [1, 2]) scenario.ask({ type: "done", connection: number, session: "s", number });
      scenario.apply({ type: "finish", session: "s", from });
    }
    if (phase === "aborted") scenario.apply({ type: "abort", session: "s", from, reason: "x" });
    if (phase === "expired") {
      scenario.apply({ type: "expire", session: "s", activity: scenario.session().activity });
    }
    expect(scenario.session().phase).toBe(phase);
    const before = structuredClone(scenario.session());
    scenario.ask({ type: "detach", connection: 1 });
    const next = transitions[phase].leave;
    if (next === "ignored") expect(scenario.session()).toEqual(before);
    else expect(scenario.session()).toMatchObject({ phase: next, freed: [1], seq: before.seq + 1 });
  });
});
