import { bodiesFor, concerns, previousSeq, readEvents, timersOf } from "@countersign/relay";
import { beforeEach, describe, expect, it } from "vitest";
import { parameters, Scenario } from "./scenario.ts";

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
});

const invite = (parties = 2) =>
  scenario.apply({ type: "create", session: "s", life: 1_800, ...parameters, parties, threshold: parties });
const three = { parties: 3, threshold: 3 };
const claim = (claim: string) => scenario.ask({ type: "claim", session: "s", claim });
const finish = (from: number) => scenario.ask({ type: "finish", session: "s", from });
const ack = (from: number, seq: number) => scenario.ask({ type: "ack", session: "s", from, seq });

describe("opening", () => {
  it("numbers members in the order in which they come, until all have come", () => {
    expect(scenario.open("a")).toEqual({ number: 1, seq: 1 });
    expect(scenario.session().phase).toBe("gathering");
    expect(scenario.open("b")).toEqual({ number: 2, seq: 2 });
    expect(scenario.session().phase).toBe("full");
    expect(scenario.open("c")).toBe("relay.session-full");
  });

  it("again with the same eid and token is answered the same and changes nothing", () => {
    scenario.open("a");
    scenario.open("b");
    const before = structuredClone(scenario.session());
    expect(scenario.open("a")).toEqual({ number: 1, seq: 2 });
    expect(scenario.session()).toEqual(before);
  });

  it("with the eid of another is refused", () => {
    scenario.open("a");
    expect(scenario.open("a", { token: "another" })).toBe("relay.eid-taken");
  });

  it.each([{ kind: "keygen" }, { parties: 3 }, { threshold: 1 }] as const)("with %o of its own is refused", (other) => {
    scenario.open("a");
    expect(scenario.open("b", other)).toBe("relay.parameters-differ");
  });

  it("without a session takes the newest that has room, else makes one", () => {
    const open = (member: string, fresh: string, kind: "exchange" | "sign" = "exchange") => {
      scenario.ask({ type: "open", ...parameters, kind, fresh, life: 60, eid: member, versions: "AQ", token: member });
      return (scenario.outputs[0] as { answer: { session: string } }).answer.session;
    };
    expect(open("a", "s1")).toBe("s1");
    expect(open("b", "s2")).toBe("s1");
    expect(open("c", "s3")).toBe("s3");
    expect(open("d", "s4", "sign")).toBe("s4");
    expect(open("a", "s5")).toBe("s1");
    expect(open("e", "s6")).toBe("s3");
    expect(open("f", "s7")).toBe("s7");
  });

  it("that is refused leaves no session behind", () => {
    expect(scenario.open("a", { claim: "none" })).toBe("relay.invitation-closed");
    expect(scenario.group.sessions.size).toBe(0);
  });
});

describe("an invitation", () => {
  it("serves parties - 1 claims and is closed then", () => {
    invite(3);
    expect(claim("x")).toEqual({ number: 0, seq: 0 });
    expect(claim("y")).toEqual({ number: 0, seq: 0 });
    expect(claim("z")).toBe("relay.invitation-closed");
  });

  it("gives no second place to a claim that is made again", () => {
    invite(3);
    claim("x");
    expect(claim("x")).toEqual({ number: 0, seq: 0 });
    expect(claim("y")).toEqual({ number: 0, seq: 0 });
  });

  it("takes a place back that was not used in time, and only then", () => {
    invite();
    claim("x");
    scenario.apply({ type: "free", session: "s", claim: "x" });
    expect(scenario.open("b", { claim: "x" })).toBe("relay.invitation-closed");
    expect(claim("y")).toEqual({ number: 0, seq: 0 });
    expect(scenario.open("b", { claim: "y" })).toEqual({ number: 1, seq: 1 });
    scenario.apply({ type: "free", session: "s", claim: "y" });
    expect(claim("z")).toBe("relay.invitation-closed");
  });

  it("keeps one place for who made it, and the others for holders of claims", () => {
    invite();
    claim("x");
    expect(scenario.open("a")).toEqual({ number: 1, seq: 1 });
    expect(scenario.open("ghost")).toBe("relay.session-full");
    expect(scenario.open("b", { claim: "x" })).toEqual({ number: 2, seq: 2 });
  });

  it("lets a claim be used once", () => {
    invite(3);
    claim("x");
    scenario.open("b", { ...three, claim: "x" });
    expect(scenario.open("ghost", { ...three, claim: "x" })).toBe("relay.invitation-closed");
    expect(scenario.open("b", { ...three, claim: "x" })).toEqual({ number: 1, seq: 1 });
  });

  it("cannot be made for a session that exists", () => {
    scenario.open("a");
    expect(scenario.ask({ type: "create", session: "s", life: 60, ...parameters })).toBe("relay.parameters-differ");
  });

  it("asks for a timer for each claim, cancels it when the claim is used, and knows those that run", () => {
    invite(3);
    claim("x");
    expect(scenario.outputs).toContainEqual({
      type: "timer",
      key: "s/x",
      after: 60,
      entry: { type: "free", session: "s", claim: "x" },
    });
    claim("y");
    scenario.open("b", { ...three, claim: "y" });
    expect(scenario.outputs).toContainEqual({ type: "cancel", key: "s/y" });
    expect(timersOf(scenario.group.sessions.values()).map(({ key }) => key)).toEqual(["s", "s/x"]);
  });
});

describe("messages", () => {
  beforeEach(() => {
    scenario.open("a", { parties: 3, threshold: 2 });
    scenario.open("b", { parties: 3, threshold: 2 });
  });

  it("get their place in the one order of the session", () => {
    expect(scenario.message(1, 1)).toEqual({ number: 1, seq: 3 });
    expect(scenario.message(2, 1)).toEqual({ number: 2, seq: 4 });
    expect(scenario.message(1, 2)).toEqual({ number: 1, seq: 5 });
  });

  it("sent again are answered as before and not delivered again", () => {
    scenario.message(1, 1);
    scenario.message(1, 2);
    expect(scenario.message(1, 1)).toEqual({ number: 1, seq: 3 });
    expect(scenario.outputs).toHaveLength(1);
    expect(scenario.message(1, 2)).toEqual({ number: 1, seq: 4 });
    expect(scenario.session().seq).toBe(4);
  });

  it("remember the answers of the last 256", () => {
    for (let cseq = 1; cseq <= 257; cseq++) scenario.message(1, cseq);
    expect(scenario.message(1, 2)).toEqual({ number: 1, seq: 4 });
    expect(scenario.message(1, 257)).toEqual({ number: 1, seq: 259 });
    expect(scenario.message(1, 1)).toBe("relay.out-of-order 258");
  });

  it("that skip one are refused with the one expected", () => {
    expect(scenario.message(1, 2)).toBe("relay.out-of-order 1");
    expect(scenario.message(1, 1)).toEqual({ number: 1, seq: 3 });
  });

  it("to oneself or to a place that does not exist are refused and take no cseq", () => {
    expect(
      scenario.message(1, 1, [
        { to: 2, body: "" },
        { to: 1, body: "" },
      ]),
    ).toBe("invalid envelopes.1.to");
    expect(scenario.message(1, 1, [{ to: 4, body: "" }])).toBe("invalid envelopes.0.to");
    expect(scenario.message(1, 1)).toEqual({ number: 1, seq: 3 });
  });

  it("concern the members they are for, also one that joins later", () => {
    scenario.message(1, 1, [{ to: 3, body: "AA" }]);
    scenario.message(1, 2, [{ to: 0, body: "AQ" }]);
    scenario.message(2, 1, [
      { to: 1, body: "Ag" },
      { to: 3, body: "Aw" },
    ]);
    scenario.open("c", { parties: 3, threshold: 2 });
    const seen = (number: number) =>
      readEvents(scenario.session(), number, { after: 0, max: 99 }).events.map((e) => e.seq);
    expect(seen(1)).toEqual([2, 5, 6]);
    expect(seen(2)).toEqual([1, 4, 6]);
    expect(seen(3)).toEqual([1, 2, 3, 4, 5]);
  });

  it("show a member only the bodies that are for it", () => {
    const envelopes = [
      { to: 0, body: "all" },
      { to: 2, body: "two" },
      { to: 3, body: "three" },
      { to: 2, body: "two again" },
    ];
    expect(bodiesFor(envelopes, 2)).toEqual(["all", "two", "two again"]);
    expect(bodiesFor(envelopes, 3)).toEqual(["all", "three"]);
  });

  it("are dropped when everybody has processed them, but not before everybody is there", () => {
    scenario.message(1, 1);
    scenario.message(2, 1);
    ack(1, 4);
    ack(2, 4);
    expect(scenario.session().events).toHaveLength(4);
    scenario.open("c", { parties: 3, threshold: 2 });
    ack(3, 3);
    expect(scenario.session().events.map(({ seq }) => seq)).toEqual([4, 5]);
    expect(scenario.group.kept).toBe(1);
    expect(previousSeq(scenario.session(), 1, 3)).toBe(2);
    expect(previousSeq(scenario.session(), 2, 3)).toBe(3);
    expect(previousSeq(scenario.session(), 2, 4)).toBe(3);
    expect(previousSeq(scenario.session(), 3, 4)).toBe(4);
    expect(ack(1, 6)).toBe("invalid seq");
    expect(ack(1, 2)).toEqual({ number: 1, seq: 5 });
  });

  it("are read in portions that a reader can go on from", () => {
    for (let cseq = 1; cseq <= 10; cseq++) scenario.message(1, cseq, [{ to: cseq % 2 === 0 ? 2 : 3, body: "" }]);
    const portions: number[] = [];
    for (let after = 0; after < scenario.session().seq; ) {
      const { events, upTo } = readEvents(scenario.session(), 2, { after, max: 4 });
      for (const event of events) {
        expect(event.seq > after && event.seq <= upTo).toBe(true);
        portions.push(event.seq);
      }
      after = upTo;
    }
    expect(portions).toEqual([1, 4, 6, 8, 10, 12]);
  });
});

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
    expect(scenario.apply({ type: "forget", session: "s" })).toEqual([{ type: "forgotten", session: "s" }]);
    expect(scenario.group).toMatchObject({ kept: 0 });
    expect(scenario.message(1, 2)).toBe("relay.unknown-session");
  });
});

it("tells everybody of the end, and nobody of what it did itself", () => {
  const mine = [
    { seq: 1, type: "memberJoined", number: 1 },
    { seq: 1, type: "memberFinished", number: 1 },
    { seq: 1, type: "message", from: 1, to: 0, position: 1 },
  ] as const;
  for (const event of mine) expect([concerns(event, 1), concerns(event, 2)]).toEqual([false, true]);
  const ends = [
    { seq: 1, type: "sessionAborted", number: 1, reason: "x" },
    { seq: 1, type: "sessionClosed" },
    { seq: 1, type: "sessionExpired" },
  ] as const;
  for (const event of ends) expect([concerns(event, 1), concerns(event, 2)]).toEqual([true, true]);
});
