import { beforeEach, describe, expect, it } from "vitest";
import { readOutbox } from "../read-events.ts";
import { LiveScenario } from "./live-scenario.ts";

let scenario: LiveScenario;
beforeEach(() => {
  scenario = new LiveScenario(3);
  scenario.begin("keygen");
  for (const connection of [1, 2, 3]) scenario.signup(connection);
});

const kept = () => [...scenario.group.kept.keys()];
const take = (...taken: [connection: number, seq: number][]) => scenario.ask({ type: "taken", taken });

describe("the outbox of a group", () => {
  it("holds for each connection what it is due, in one order", () => {
    // 1: the session, to 2 and 3. 2: that it is complete, to all.
    expect([1, 2, 3].map((connection) => scenario.due(connection))).toEqual([[2], [1, 2], [1, 2]]);
    scenario.relay(1, 1);
    scenario.relay(2, 2, 3);
    expect([1, 2, 3].map((connection) => scenario.due(connection))).toEqual([[2], [1, 2, 3], [1, 2, 3, 4]]);
    const connection = scenario.live.connections.get(3);
    if (connection === undefined) throw new Error("no connection");
    const read = (after: number) => readOutbox(scenario.live, connection, after);
    expect(read(0).map(({ seq, type }) => [seq, type])).toEqual([
      [1, "sessionCreate"],
      [2, "sessionSignup"],
      [3, "sessionMessage"],
      [4, "sessionMessage"],
    ]);
    expect(read(2).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(read(4)).toEqual([]);
  });

  it("keeps what somebody has not been handed, and what they said in the log with it", () => {
    scenario.relay(1, 1);
    const first = scenario.log.length;
    scenario.relay(1, 1);
    expect(kept()).toEqual([first, first + 1]);
    take([1, 2], [2, 3]);
    expect(scenario.live.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    take([3, 3]);
    expect(scenario.live.events.map(({ seq }) => seq)).toEqual([4]);
    expect(kept()).toEqual([first + 1]);
    take([2, 4], [3, 4], [9, 4]);
    expect(scenario.live.events).toEqual([]);
    expect(kept()).toEqual([]);
    scenario.relay(1, 1);
    expect(scenario.live.events.map(({ seq }) => seq)).toEqual([5]);
  });

  it("waits no more for who is gone", () => {
    scenario.relay(1, 1);
    take([1, 2], [2, 3]);
    scenario.ask({ type: "detach", connection: 3 });
    expect(scenario.live.events).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("holds nothing for who came later or is not there", () => {
    scenario.ask({ type: "detach", connection: 3 });
    scenario.relay(1, 1);
    scenario.ask({ type: "attach", connection: 4 });
    expect(scenario.due(4)).toEqual([]);
    scenario.relay(1, 1, 3);
    expect(scenario.told).toEqual([]);
  });
});

it("sessions of connections only keep nothing of their own once they are full", () => {
  scenario.relay(1, 1);
  scenario.ask({ type: "done", connection: 1, session: "s", number: 1 });
  expect(scenario.session()).toMatchObject({ events: [], bytes: 0, seq: 5 });
});

it("news without a text counts, too: who says again and again that it is done fills the room that there is", () => {
  for (const number of [1, 2, 3]) scenario.ask({ type: "done", connection: number, session: "s", number });
  const before = scenario.live.bytes;
  for (let i = 0; i < 10; i++) scenario.ask({ type: "done", connection: 1, session: "s", number: 1 });
  expect(scenario.live.bytes - before).toBe(10 * 512);
  take([1, scenario.live.seq], [2, scenario.live.seq], [3, scenario.live.seq]);
  expect(scenario.live.bytes).toBe(0);
});
