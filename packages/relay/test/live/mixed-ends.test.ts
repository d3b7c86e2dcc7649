import { beforeEach, describe, expect, it } from "vitest";
import { LiveScenario } from "./live-scenario.ts";
import { tokenMembers } from "./token-members.ts";

let scenario: LiveScenario;
beforeEach(() => {
  scenario = new LiveScenario(2);
  scenario.begin("keygen");
});

const { ask, open } = tokenMembers(() => scenario);

const numbers = () => scenario.session().members.map(({ number }) => number);

describe("the end", () => {
  it("of a session of both comes when all have finished, and once", () => {
    scenario.signup(1);
    open("a");
    scenario.ask({ type: "done", connection: 1, session: "s", number: 1 });
    ask({ type: "finish", session: "s", from: 2 });
    expect(scenario.told).toEqual([[[1], { name: "sessionClosed", numbers: [1, 2] }]]);
    expect(scenario.session().phase).toBe("closed");
    expect(scenario.ask({ type: "done", connection: 1, session: "s", number: 1 })).toBe("group s does not exist");
  });

  it("by an abort cuts the connections that were not done", () => {
    scenario.signup(1);
    scenario.signup(2);
    open("a");
    scenario.ask({ type: "done", connection: 1, session: "s", number: 1 });
    ask({ type: "abort", session: "s", from: 3, reason: "x" });
    const cut = scenario.outputs.filter(({ type }) => type === "cut");
    expect(cut).toEqual([{ type: "cut", connections: [2], session: "s", ended: "aborted" }]);
    scenario.ask({ type: "detach", connection: 2 });
    expect(numbers()).toEqual([1, 2, 3]);
  });

  it("of a group comes with its last session of a member with a token", () => {
    scenario.begin("sign", "t");
    open("a");
    for (const connection of [1, 2]) scenario.ask({ type: "detach", connection });
    expect([...scenario.group.sessions.keys()]).toEqual(["s"]);
    expect(scenario.outputs).toContainEqual({ type: "forgotten", session: "t" });
    expect(scenario.live.connections.size).toBe(0);
    ask({ type: "abort", session: "s", from: 1, reason: "x" });
    scenario.apply({ type: "forget", session: "s" });
    expect(scenario.group).toMatchObject({ live: null, sessions: new Map() });
  });

  it("of a session without a token comes with its life, of one with a token it is kept for those who come back", () => {
    scenario.begin("sign", "t");
    open("a");
    for (const session of ["s", "t"]) {
      scenario.apply({ type: "expire", session, activity: scenario.session(session).activity });
    }
    expect([...scenario.group.sessions.keys()]).toEqual(["s"]);
    expect(scenario.session().phase).toBe("expired");
  });
});
