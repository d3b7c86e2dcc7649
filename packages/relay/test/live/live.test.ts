import { beforeEach, describe, expect, it } from "vitest";
import { LiveScenario } from "./live-scenario.ts";

let scenario: LiveScenario;
beforeEach(() => {
  scenario = new LiveScenario(3);
});

describe("a live group", () => {
  it("takes as many connections as it has parties, and refuses also its own when it is full", () => {
    expect(scenario.ask({ type: "attach", connection: 4 })).toBe("group g is full, cannot accept new connections");
    expect(scenario.ask({ type: "attach", connection: 1 })).toBe("group g is full, cannot accept new connections");
    scenario.ask({ type: "detach", connection: 3 });
    const group = { uuid: "g", params: { parties: 3, threshold: 1 }, label: "l" };
    expect(scenario.ask({ type: "attach", connection: 1 })).toEqual(group);
    expect(scenario.connections).toEqual([1, 2]);
  });

  it("ends with its last connection, with its sessions and their timers", () => {
    scenario.begin("keygen");
    scenario.ask({ type: "detach", connection: 4 });
    for (const connection of [1, 2, 3]) scenario.ask({ type: "detach", connection });
    expect(scenario.group.live).toBeNull();
    expect(scenario.outputs).toContainEqual({ type: "cancel", key: "s" });
    expect(scenario.ask({ type: "attach", connection: 1 })).toBe("group g does not exist");
    expect(scenario.ask({ type: "detach", connection: 1 })).toBeUndefined();
  });
});

describe("numbers", () => {
  beforeEach(() => {
    scenario.begin("keygen");
  });

  it("count up, and a connection has one only", () => {
    expect([scenario.signup(1), scenario.signup(2), scenario.signup(1)]).toEqual([1, 2, 1]);
    expect(scenario.told).toEqual([]);
    expect(scenario.signup(3)).toBe(3);
    expect(scenario.told).toEqual([[[1, 2, 3], { name: "sessionSignup", session: "s" }]]);
    scenario.signup(3);
    expect(scenario.told).toEqual([]);
  });

  it("go on behind the last one, and within the group", () => {
    const load = (connection: number, number: number) =>
      scenario.ask({ type: "load", connection, session: "s", kind: "keygen", number });
    expect(load(1, 2)).toBe(2);
    expect(scenario.signup(2)).toBe(3);
    expect(scenario.signup(3)).toBe(1);
  });

  it("of whoever leaves are given out again while the session is not complete", () => {
    scenario.signup(1);
    scenario.signup(2);
    scenario.ask({ type: "detach", connection: 1 });
    scenario.ask({ type: "attach", connection: 4 });
    expect(scenario.signup(4)).toBe(1);
    expect(scenario.signup(3)).toBe(3);
    expect(scenario.told).toHaveLength(1);
    scenario.ask({ type: "detach", connection: 2 });
    scenario.ask({ type: "attach", connection: 5 });
    expect(scenario.signup(5)).toBe("session s is full, cannot accept new parties");
  });

  it("of a session that only some are needed for are not more than needed", () => {
    scenario.begin("sign", "t");
    expect(scenario.signup(1, "sign", "t")).toBe(1);
    scenario.ask({ type: "detach", connection: 1 });
    expect(scenario.signup(2, "sign", "t")).toBe(1);
    expect(scenario.signup(3, "sign", "t")).toBe(2);
    expect(scenario.told).toEqual([[[2, 3], { name: "sessionSignup", session: "t" }]]);
    scenario.ask({ type: "attach", connection: 4 });
    expect(scenario.signup(4, "sign", "t")).toBe("session t is full, cannot accept new parties");
  });

  it("are kept from when as many were there as a call asked for, also if the session has room for more", () => {
    for (const connection of [1, 2]) scenario.signup(connection, "sign");
    expect(scenario.told).toEqual([[[1, 2], { name: "sessionSignup", session: "s" }]]);
    scenario.ask({ type: "detach", connection: 1 });
    expect(scenario.signup(3)).toBe(3);
    expect(scenario.told).toEqual([[[2, 3], { name: "sessionSignup", session: "s" }]]);
  });

  it("that are loaded are in range, free, and one a connection", () => {
    const load = (connection: number, number: number) =>
      scenario.ask({ type: "load", connection, session: "s", kind: "keygen", number });
    expect(load(1, 0)).toBe("party number may not be zero");
    expect(load(1, 4)).toBe("party number is out of range");
    expect(load(1, 3)).toBe(3);
    expect(load(2, 3)).toBe("party number already exists for session s");
    expect(load(1, 2)).toBe("client 1 is party 3 already");
    expect(load(2, 1)).toBe(1);
    expect(load(3, 2)).toBe(2);
    expect(scenario.told).toEqual([[[1, 2, 3], { name: "sessionLoad", session: "s" }]]);
    scenario.ask({ type: "detach", connection: 1 });
    scenario.ask({ type: "attach", connection: 4 });
    expect(load(4, 3)).toBe("party number already exists for session s");
  });
});

describe("messages", () => {
  const complete = (kind: "keygen" | "sign") => {
    scenario.begin(kind);
    const connections = kind === "sign" ? [2, 3] : [1, 2, 3];
    for (const connection of connections) scenario.signup(connection, kind);
  };
  const index = (connection: number, number: number, index: number) =>
    scenario.ask({ type: "participant", connection, session: "s", index, number });
  const senders = () => scenario.told.map(([, event]) => event?.name === "sessionMessage" && event.message.sender);

  it("go to all other parties, or to the one with the number", () => {
    complete("keygen");
    scenario.relay(1, 1);
    expect(scenario.told[0]?.[0]).toEqual([2, 3]);
    scenario.relay(1, 1, 3);
    expect(scenario.told[0]?.[0]).toEqual([3]);
    expect(scenario.relay(1, 1, 4)).toBe("receiver 4 for peer to peer message does not exist");
  });

  it("go to a number while nobody has an index, and to an index then", () => {
    complete("sign");
    scenario.relay(2, 1, 2);
    expect(scenario.told[0]?.[0]).toEqual([3]);
    index(2, 1, 7);
    expect(scenario.relay(3, 2, 1)).toBe("receiver 1 for peer to peer message does not exist");
    scenario.relay(3, 2, 7);
    expect(scenario.told[0]?.[0]).toEqual([2]);
  });

  it("have the sender's number or index, whatever they say", () => {
    complete("sign");
    index(2, 1, 7);
    const said = [1, 7, 2, 9].map((sender) => {
      scenario.relay(2, sender);
      return senders();
    });
    expect(said).toEqual([[1], [7], [1], [1]]);
  });

  it("of who is no party are refused", () => {
    complete("sign");
    expect(scenario.relay(1, 1)).toBe("party 1 is not valid in this context");
    expect(scenario.relay(1, 3)).toBe("party 3 does not exist");
  });

  it("find an index by the party that has it, and by no other", () => {
    complete("sign");
    expect(index(2, 2, 7)).toBe("party 2 is not valid in this context");
    expect(index(2, 3, 7)).toBe("party 3 does not exist");
    for (let i = 0; i < 2; i++) expect(index(2, 1, 7)).toBeUndefined();
    expect(index(3, 2, 7)).toBe("participant index already exists for session s");
    expect(index(3, 2, 8)).toBeUndefined();
    expect(index(2, 1, 9)).toBeUndefined();
    expect(index(3, 2, 7)).toBeUndefined();
  });
});
