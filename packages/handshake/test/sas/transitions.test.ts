import { describe, expect, it } from "vitest";
import { acts } from "../../src/sas/act.ts";
import { type SasState, sasEvents, transitions } from "../../src/sas/transitions.ts";

const states = Object.keys(transitions) as SasState[];
const cells = states.flatMap((state) => sasEvents.map((event) => ({ state, event, ...transitions[state][event] })));

describe("the table of the group SAS", () => {
  it("has a cell for every state and event, and only actions and states that exist", () => {
    expect(cells).toHaveLength(states.length * sasEvents.length);
    for (const { next, actions } of cells) {
      expect(states).toContain(next);
      for (const action of actions) expect(Object.keys(acts)).toContain(action);
    }
  });

  it("uses every action that exists", () => {
    const used = new Set(cells.flatMap(({ actions }) => actions));
    expect([...used].sort()).toEqual(Object.keys(acts).sort());
  });

  it("absorbs in its two ends", () => {
    for (const cell of cells.filter(({ state }) => state === "complete" || state === "failed")) {
      expect(cell).toEqual({ state: cell.state, event: cell.event, next: cell.state, actions: [] });
    }
  });

  it("changes nothing where it drops or refuses", () => {
    for (const { state, next, actions } of cells) {
      if (actions.includes("drop") || actions.includes("refuse")) {
        expect(next).toBe(state);
        expect(actions).toHaveLength(1);
      }
    }
  });

  it("reveals on one way only: behind the mark on disk, when all commitments are held", () => {
    const revealing = cells.filter(({ actions }) => actions.includes("reveal"));
    expect(revealing).toEqual([
      {
        state: "committing",
        event: "all-committed",
        next: "opening",
        actions: ["mark-revealed", "reveal", "await-reveals"],
      },
    ]);
  });

  it("shows on two ways only: when all openings are held, and are on disk; or were before a restart", () => {
    const showing = cells.filter(({ actions }) => actions.includes("show"));
    const actions = ["stop-clock", "keep-openings", "show"];
    expect(showing).toEqual([
      { state: "created", event: "reopen", next: "comparing", actions: ["restore-openings", "show"] },
      { state: "opening", event: "all-opened", next: "comparing", actions },
    ]);
  });

  it("completes on two ways only: everybody's yes, or pins", () => {
    const ends = cells.filter(({ state, next }) => next === "complete" && state !== "complete");
    expect(ends.map(({ state, event }) => `${state} ${event}`)).toEqual([
      "comparing all-pinned",
      "agreed all-confirmed",
    ]);
  });

  it("fails with one reason, and stops the clock exactly where it runs", () => {
    for (const { state, next, actions } of cells) {
      const reasons = actions.filter((action) => action.startsWith("fail-"));
      expect(reasons).toHaveLength(next === "failed" && state !== "failed" ? 1 : 0);
      const runsIn = (where: string) => where === "committing" || where === "opening";
      expect(actions.includes("stop-clock")).toBe(runsIn(state) && !runsIn(next));
    }
  });

  it("puts on disk every end between one's own reveal and the string, and every mismatch after it", () => {
    const counted = cells.filter(({ actions }) => actions.includes("count"));
    expect(counted.map(({ state, event }) => `${state} ${event}`)).toEqual([
      "opening breach",
      "opening mismatch",
      "opening abort",
      "comparing mismatch",
      "comparing no",
      "agreed mismatch",
      "agreed no",
    ]);
  });
});
