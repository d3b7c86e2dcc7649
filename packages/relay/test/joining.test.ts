import { missingNumbers, timersOf } from "@countersign/relay";
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

describe("opening with the number of a key", () => {
  const signing = { kind: "sign", parties: 2, threshold: 2 } as const;
  const sessionOf = (member: string, number: number, more: object = {}) => {
    const fresh = `fresh ${scenario.log.length}`;
    scenario.ask({
      type: "open",
      ...signing,
      fresh,
      life: 60,
      eid: member,
      versions: "AQ",
      token: member,
      number,
      ...more,
    });
    return (scenario.outputs[0] as { answer: { session?: string } }).answer.session;
  };

  it("gives it, above the number of parties as well, until as many have come as take part", () => {
    expect(scenario.open("a", { ...signing, number: 3 })).toEqual({ number: 3, seq: 1 });
    expect(missingNumbers(scenario.session())).toHaveLength(1);
    expect(scenario.open("b", { ...signing, number: 200 })).toEqual({ number: 200, seq: 2 });
    expect(scenario.session().phase).toBe("full");
    expect(scenario.open("c", { ...signing, number: 1 })).toBe("relay.session-full");
    expect(scenario.message(200, 1, [{ to: 3, body: "AA" }])).toEqual({ number: 200, seq: 3 });
  });

  it("that another has, or that nobody has, is refused", () => {
    scenario.open("a", { ...signing, number: 3 });
    expect(scenario.open("b", { ...signing, number: 3 })).toBe("relay.number-taken");
    expect(scenario.open("b", { ...signing, number: 256 })).toBe("invalid number");
  });

  it("again is answered the same, whatever number is asked for", () => {
    scenario.open("a", { ...signing, number: 3 });
    expect(scenario.open("a", { ...signing, number: 4 })).toEqual({ number: 3, seq: 1 });
  });

  it("without a session passes those over in which the number is taken, or could not be had", () => {
    scenario.open("x", { ...signing, session: "small" });
    expect(sessionOf("a", 3)).toBe("fresh 1");
    expect(sessionOf("again a", 3)).toBe("fresh 2");
    expect(sessionOf("b", 1)).toBe("fresh 2");
    expect(sessionOf("c", 2)).toBe("fresh 1");
    expect(sessionOf("d", 7)).toBe("fresh 5");
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
