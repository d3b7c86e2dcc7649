import { bodiesFor, nextEvent, previousSeq } from "@countersign/relay";
import { beforeEach, describe, expect, it } from "vitest";
import { readEvents } from "./read-events.ts";
import { Scenario } from "./scenario.ts";

let scenario: Scenario;
beforeEach(() => {
  scenario = new Scenario();
});

const ack = (from: number, seq: number) => scenario.ask({ type: "ack", session: "s", from, seq });

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

  it("under a number that another one has taken are refused with the one expected, and take none", () => {
    scenario.message(1, 1, [{ to: 2, body: "AAAA" }]);
    for (const envelopes of [
      [{ to: 2, body: "AAAB" }],
      [{ to: 3, body: "AAAA" }],
      [{ to: 2, body: "AAAAAA" }],
      [
        { to: 2, body: "AAAA" },
        { to: 3, body: "AAAA" },
      ],
    ])
      expect(scenario.message(1, 1, envelopes)).toBe("relay.out-of-order 2");
    expect(scenario.message(1, 1, [{ to: 2, body: "AAAA" }])).toEqual({ number: 1, seq: 3 });
    expect(scenario.message(1, 2, [{ to: 2, body: "AAAB" }])).toEqual({ number: 1, seq: 4 });
  });

  it("are told from none in the state of a relay that did not tell them apart", () => {
    scenario.message(1, 1, [{ to: 2, body: "AAAA" }]);
    for (const member of scenario.session().members) delete member.marks;
    expect(scenario.message(1, 1, [{ to: 2, body: "AAAB" }])).toEqual({ number: 1, seq: 3 });
    scenario.message(1, 2, [{ to: 2, body: "AAAA" }]);
    expect(scenario.message(1, 2, [{ to: 2, body: "AAAB" }])).toBe("relay.out-of-order 3");
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
    const seen = (number: number) => readEvents(scenario.session(), number, 0).events.map((e) => e.seq);
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
    const entry = { type: "message", session: "s", from: 1, cseq: 1, envelopes } as const;
    const event = { seq: 1, type: "message", from: 1, to: 0, position: 1, size: 0, sender: null } as const;
    expect(bodiesFor(entry, event, 2)).toEqual(["all", "two", "two again"]);
    expect(bodiesFor(entry, event, 3)).toEqual(["all", "three"]);
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
    expect(scenario.group.kept.size).toBe(1);
    expect(previousSeq(scenario.session(), 1, 3)).toBe(2);
    expect(previousSeq(scenario.session(), 2, 3)).toBe(3);
    expect(previousSeq(scenario.session(), 2, 4)).toBe(3);
    expect(previousSeq(scenario.session(), 3, 4)).toBe(4);
    expect(ack(1, 6)).toBe("invalid seq");
    expect(ack(1, 2)).toEqual({ number: 1, seq: 5 });
  });

  it("are read one behind the other, from any place on", () => {
    for (let cseq = 1; cseq <= 10; cseq++) scenario.message(1, cseq, [{ to: cseq % 2 === 0 ? 2 : 3, body: "" }]);
    const next = (after: number) => nextEvent(scenario.session(), 2, after)?.seq;
    expect([0, 1, 2, 3, 4, 5, 11, 12, 99].map(next)).toEqual([1, 4, 4, 4, 6, 6, 12, undefined, undefined]);
  });
});
