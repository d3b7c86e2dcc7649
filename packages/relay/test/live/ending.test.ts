import { beforeEach, describe, expect, it } from "vitest";
import { LiveScenario } from "./live-scenario.ts";

let scenario: LiveScenario;

describe("the end of a session", () => {
  beforeEach(() => {
    scenario = new LiveScenario(3);
    scenario.begin("keygen");
    for (const connection of [3, 2, 1]) scenario.signup(connection);
  });
  const done = (connection: number, number: number) => scenario.ask({ type: "done", connection, session: "s", number });

  it("is told when all parties are done, and told again", () => {
    expect(done(1, 2)).toBe("party 2 is not valid in this context");
    expect(done(1, 4)).toBe("party 4 does not exist");
    done(3, 1);
    done(2, 2);
    expect(scenario.told).toEqual([]);
    for (let i = 0; i < 2; i++) {
      done(1, 3);
      expect(scenario.told).toEqual([[[3, 2, 1], { name: "sessionClosed", numbers: [1, 2, 3] }]]);
    }
  });

  it("names the parties in the order of their numbers", () => {
    scenario.begin("keygen", "t");
    for (const [connection, number] of [3, 1, 2].entries()) {
      scenario.ask({ type: "load", connection: connection + 1, session: "t", kind: "keygen", number });
    }
    for (const [connection, number] of [3, 1, 2].entries()) {
      scenario.ask({ type: "done", connection: connection + 1, session: "t", number });
    }
    expect(scenario.told).toEqual([[[1, 2, 3], { name: "sessionClosed", numbers: [1, 2, 3] }]]);
  });

  it("comes when nothing happens any more, and cuts those that waited", () => {
    done(3, 1);
    const timer = scenario.outputs.find((output) => output.type === "timer");
    expect(scenario.apply({ type: "expire", session: "s", activity: 0 })).toEqual([timer]);
    if (timer === undefined) throw new Error("no timer");
    expect(timer).toMatchObject({ key: "s", after: 60 });
    expect(scenario.apply(timer.entry)).toEqual([
      { type: "cut", connections: [2, 1], session: "s", ended: "expired" },
      { type: "forgotten", session: "s" },
      { type: "cancel", key: "s" },
    ]);
    expect(scenario.signup(1)).toBe("group s does not exist");
    expect(scenario.apply(timer.entry)).toMatchObject([{ type: "answer", answer: { ok: false } }]);
  });
});
