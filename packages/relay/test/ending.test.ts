import { concerns } from "@countersign/relay";
import { beforeEach, describe, expect, it } from "vitest";
import { Scenario } from "./scenario.ts";

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
});

const finish = (from: number) => scenario.ask({ type: "finish", session: "s", from });

describe("the end", () => {
  beforeEach(() => {
    scenario.open("a");
    scenario.open("b");
  });

  it("comes when all members have finished", () => {
    expect(finish(1)).toEqual({ number: 1, seq: 3 });
    expect(finish(1)).toEqual({ number: 1, seq: 3 });
    expect(scenario.session().phase).toBe("full");
    expect(finish(2)).toEqual({ number: 2, seq: 5 });
    expect(scenario.session().events.slice(2)).toEqual([
      { seq: 3, type: "memberFinished", number: 1 },
      { seq: 4, type: "memberFinished", number: 2 },
      { seq: 5, type: "sessionClosed" },
    ]);
    expect(finish(2)).toBe("relay.session-ended closed");
  });

  it("comes by an abort, with the reason", () => {
    scenario.apply({ type: "abort", session: "s", from: 2, reason: "sas-mismatch" });
    expect(scenario.session().events.at(-1)).toEqual({
      seq: 3,
      type: "sessionAborted",
      number: 2,
      reason: "sas-mismatch",
    });
    scenario.apply({ type: "message", session: "s", from: 1, cseq: 1, envelopes: [] });
    expect(scenario.outputs[0]).toMatchObject({
      answer: { error: { data: { code: "relay.session-ended", ended: "aborted", reason: "sas-mismatch" } } },
    });
  });

  it("comes when nothing happens any more; a timer that is late runs again", () => {
    const { activity } = scenario.session();
    scenario.message(1, 1);
    const timer = scenario.outputs.find(({ type }) => type === "timer");
    expect(scenario.apply({ type: "expire", session: "s", activity })).toEqual([timer]);
    expect(scenario.session().phase).toBe("full");
    expect(timer).toEqual({
      type: "timer",
      key: "s",
      after: 1_800,
      entry: { type: "expire", session: "s", activity: activity + 1 },
    });
    scenario.apply({ type: "expire", session: "s", activity: activity + 1 });
    expect(scenario.session().events.at(-1)).toEqual({ seq: 4, type: "sessionExpired" });
    expect(scenario.message(1, 2)).toBe("relay.session-ended expired");
  });

  it("is followed by oblivion", () => {
    scenario.message(1, 1);
    expect(scenario.apply({ type: "forget", session: "s" })).toEqual([]);
    scenario.apply({ type: "abort", session: "s", from: 1, reason: "bye" });
    expect(scenario.outputs).toContainEqual({
      type: "timer",
      key: "s",
      after: 1_800,
      entry: { type: "forget", session: "s" },
    });
    expect(scenario.apply({ type: "forget", session: "s" })).toMatchObject([{ type: "forgotten", session: "s" }, {}]);
    expect(scenario.group.kept.size).toBe(0);
    expect(scenario.message(1, 2)).toBe("relay.unknown-session");
  });
});

it("tells everybody of the end, and nobody of what it did itself", () => {
  const mine = [
    { seq: 1, type: "memberJoined", number: 1, live: false },
    { seq: 1, type: "memberLeft", number: 1 },
    { seq: 1, type: "memberFinished", number: 1 },
    { seq: 1, type: "message", from: 1, to: 0, position: 1, size: 0, sender: null },
  ] as const;
  for (const event of mine) expect([concerns(event, 1), concerns(event, 2)]).toEqual([false, true]);
  const ends = [
    { seq: 1, type: "sessionAborted", number: 1, reason: "x" },
    { seq: 1, type: "sessionClosed" },
    { seq: 1, type: "sessionExpired" },
  ] as const;
  for (const event of ends) expect([concerns(event, 1), concerns(event, 2)]).toEqual([true, true]);
});
