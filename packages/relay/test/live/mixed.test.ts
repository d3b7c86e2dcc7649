import { bodiesFor, isPayload, missingNumbers } from "@countersign/relay";
import { beforeEach, describe, expect, it } from "vitest";
import { readEvents } from "../read-events.ts";
import { LiveScenario } from "./live-scenario.ts";
import { place, tokenMembers } from "./token-members.ts";

let scenario: LiveScenario;
beforeEach(() => {
  scenario = new LiveScenario(2);
  scenario.begin("keygen");
});

const { ask, open } = tokenMembers(() => scenario);

const numbers = () => scenario.session().members.map(({ number }) => number);
const read = (number: number) => readEvents(scenario.session(), number, 0).events;

describe("numbers", () => {
  it("are given in one order, to both kinds of members", () => {
    expect([scenario.signup(1), open("a"), scenario.signup(2)]).toEqual([1, { number: 2, seq: 2 }, 3]);
    expect(scenario.told).toEqual([[[1, 2], { name: "sessionSignup", session: "s" }]]);
    expect(scenario.session()).toMatchObject({ phase: "full", complete: true });
  });

  it("that a member with a token asks for are in range and free", () => {
    scenario.signup(1);
    expect(open("a", { number: 1 })).toBe("relay.number-taken");
    expect(open("a", { number: 0 })).toBe("invalid number");
    expect(open("a", { number: 4 })).toBe("invalid number");
    expect(open("a", { number: 3 })).toEqual({ number: 3, seq: 2 });
    expect(open("a", { number: 1 })).toEqual({ number: 3, seq: 2 });
    expect(missingNumbers(scenario.session())).toEqual([2]);
    expect(open("b", { number: 2 })).toEqual({ number: 2, seq: 3 });
    expect(scenario.told).toEqual([[[1], { name: "sessionLoad", session: "s" }]]);
  });

  it("of a key make a session as large as who signs says, in a live group as well", () => {
    const two = { session: "t", kind: "sign", parties: 3, threshold: 2 } as const;
    expect(open("a", { ...two, number: 3 })).toEqual({ number: 3, seq: 1 });
    expect(scenario.session("t")).toMatchObject({ parties: 3, highest: 3 });
    expect(open("b", { ...two, number: 4 })).toBe("invalid number");
  });

  it("of a key are no more than the live group has parties", () => {
    const four = { session: "t", kind: "sign", parties: 4, threshold: 2 } as const;
    expect(open("a", { ...four, number: 3 })).toBe("relay.parameters-differ");
    expect(scenario.group.sessions.has("t")).toBe(false);
  });

  it("of connections that go are given out again, those of members with a token never", () => {
    scenario.signup(1);
    open("a");
    scenario.ask({ type: "detach", connection: 1 });
    expect(numbers()).toEqual([2]);
    expect(missingNumbers(scenario.session())).toEqual([1, 3]);
    expect(open("b")).toMatchObject({ number: 1 });
    expect(scenario.signup(2)).toBe(3);
    scenario.ask({ type: "detach", connection: 2 });
    expect(numbers()).toEqual([2, 1, 3]);
    expect(scenario.outputs).toContainEqual({ type: "presence", session: "s", number: 3, online: false });
  });

  it("that are missing are told before they are taken, whatever was given back", () => {
    expect(missingNumbers(scenario.session())).toEqual([1, 2, 3]);
    open("a", { number: 2 });
    expect(missingNumbers(scenario.session())).toEqual([1, 3]);
    expect(scenario.signup(1)).toBe(3);
    expect(missingNumbers(scenario.session())).toEqual([1]);
  });
});

describe("members with a token", () => {
  it("are told who comes and leaves, and of connections no eid", () => {
    open("a");
    scenario.signup(1);
    scenario.signup(2);
    scenario.begin("keygen", "t");
    expect(read(1)).toEqual([
      { seq: 2, type: "memberJoined", number: 2, live: true },
      { seq: 3, type: "memberJoined", number: 3, live: true },
    ]);
    scenario.signup(1, "keygen", "t");
    open("a", { session: "t" });
    scenario.ask({ type: "detach", connection: 1 });
    expect(readEvents(scenario.session("t"), 2, 0).events).toEqual([
      { seq: 1, type: "memberJoined", number: 1, live: true },
      { seq: 3, type: "memberLeft", number: 1 },
    ]);
  });

  it("get what connections sent before they came, and what is for them", () => {
    scenario.signup(1);
    scenario.signup(2);
    scenario.relay(1, 1, null, '"all"');
    open("a");
    scenario.relay(1, 1, 3, '"you"');
    scenario.relay(1, 1, 2, '"not you"');
    const bodies = read(3).flatMap((event) => {
      const entry = event.type === "message" ? scenario.log[event.position - 1] : undefined;
      return event.type === "message" && entry !== undefined && isPayload(entry) ? bodiesFor(entry, event, 3) : [];
    });
    expect(bodies.map((one) => JSON.parse(Buffer.from(one, "base64url").toString()).body)).toEqual(["all", "you"]);
    // Short ones count what they cost, and the id that each says is of it; the one that is for a connection is not kept for anybody else.
    expect(scenario.session().bytes).toBe(2 * 512);
    scenario.relay(1, 1, 3, `"${"x".repeat(997)}"`);
    expect(scenario.session().bytes).toBe(2 * 512 + 1_000);
  });

  it("are as many as the session has places, whatever kind a connection names that wants one more", () => {
    scenario.begin("sign", "t");
    scenario.apply({ type: "open", ...place, session: "t", kind: "sign", parties: 2, eid: "a", token: "a" });
    scenario.signup(1, "sign", "t");
    expect(scenario.session("t").phase).toBe("full");
    expect(scenario.signup(2, "keygen", "t")).toBe("session t is full, cannot accept new parties");
    const load = { type: "load", connection: 2, session: "t", kind: "keygen", number: 3 } as const;
    expect(scenario.ask(load)).toBe("session t is full, cannot accept new parties");
    expect(scenario.session("t").members).toHaveLength(2);
  });

  it("do not get what was for the connection that had their number before", () => {
    open("a");
    scenario.signup(1);
    const envelopes = [{ to: 2, body: "AAAA" }];
    scenario.apply({ type: "message", session: "s", from: 1, cseq: 1, envelopes });
    scenario.ask({ type: "detach", connection: 1 });
    scenario.apply({ type: "message", session: "s", from: 1, cseq: 2, envelopes });
    open("b");
    // What was sent while nobody had the number is for whoever comes.
    const messages = read(2).filter(({ type }) => type === "message");
    expect(messages.map(({ seq }) => seq)).toEqual([5]);
  });

  it("speak with their number only: an entry for the number of a connection is nobody's", () => {
    scenario.signup(1);
    open("a");
    const at = { session: "s", from: 1 };
    expect(ask({ type: "message", ...at, cseq: 1, envelopes: [{ to: 0, body: "" }] })).toBe("relay.not-a-member");
    expect(ask({ type: "ack", ...at, seq: 1 })).toBe("relay.not-a-member");
    expect(ask({ type: "index", ...at, index: 1 })).toBe("relay.not-a-member");
    expect(ask({ type: "finish", ...at })).toBe("relay.not-a-member");
    expect(ask({ type: "abort", ...at, reason: "x" })).toBe("relay.not-a-member");
  });

  it("send to the connections that an envelope is for, each a message of its own", () => {
    scenario.signup(1);
    scenario.signup(2);
    open("a");
    const envelopes = [
      { to: 2, body: "for two" },
      { to: 0, body: "for all" },
      { to: 1, body: "for one" },
    ];
    ask({ type: "message", session: "s", from: 3, cseq: 1, envelopes });
    const bodies = scenario.told.map(([to, event]) => [to, event?.name === "sessionMessage" && event.message.body]);
    expect(bodies).toEqual([
      [[2], '"for two"'],
      [[1, 2], '"for all"'],
      [[1], '"for one"'],
    ]);
  });

  it("have an index of their own, of which there is one", () => {
    scenario.signup(1);
    open("a");
    scenario.ask({ type: "participant", connection: 1, session: "s", index: 7, number: 1 });
    expect(ask({ type: "index", session: "s", from: 2, index: 7 })).toBe("invalid index");
    for (let i = 0; i < 2; i++)
      expect(ask({ type: "index", session: "s", from: 2, index: 8 })).toMatchObject({ number: 2 });
    expect(scenario.ask({ type: "participant", connection: 1, session: "s", index: 8, number: 1 })).toBe(
      "participant index already exists for session s",
    );
  });

  it("keep the events that they have not acknowledged, whatever connections have been handed", () => {
    scenario.signup(1);
    scenario.signup(2);
    open("a");
    scenario.relay(1, 1);
    const position = scenario.log.length;
    expect(scenario.group.kept.get(position)).toBe(2);
    scenario.ask({
      type: "taken",
      taken: [
        [1, 99],
        [2, 99],
      ],
    });
    expect(scenario.group.kept.get(position)).toBe(1);
    ask({ type: "ack", session: "s", from: 3, seq: 4 });
    expect(scenario.session()).toMatchObject({ events: [], bytes: 0 });
    expect(scenario.group.kept.size).toBe(0);
  });
});

it("messages are as long as members with a token can be sent, while one is there or may come", () => {
  const overhead = '{"round":1,"sender":1,"receiver":null,"uuid":"s","body":}'.length;
  const send = (size: number) => scenario.relay(1, 1, null, `"${"x".repeat(size - overhead - 2)}"`);
  const refused = "message must not be longer than 48768 bytes in this session";
  scenario.signup(1);
  expect([send(48_768), send(48_769)]).toEqual([undefined, refused]);
  // Bytes count, not characters.
  expect(scenario.relay(1, 1, null, `"${"é".repeat(24_384)}"`)).toBe(refused);
  scenario.signup(2);
  open("a");
  expect([send(48_768), send(48_769)]).toEqual([undefined, refused]);
  scenario.begin("sign", "t");
  for (const connection of [1, 2]) scenario.signup(connection, "sign", "t");
  const message = { round: 1, sender: 1, receiver: null, uuid: "t", body: `"${"x".repeat(60_000)}"` };
  expect(scenario.ask({ type: "relay", connection: 1, session: "t", kind: "sign", message })).toBeUndefined();
});
