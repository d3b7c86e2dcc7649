import { systemClock } from "@countersign/client";
import { utf8 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Inbound } from "../../src/session/inbound.ts";
import { encodeBody } from "../../src/session/message-body.ts";
import { Meters } from "../../src/session/meters.ts";
import type { Wire } from "../../src/session/wire.ts";

function create(done = 0) {
  const taken: number[] = [];
  const wire = { taken: (seq: number) => taken.push(seq) } as unknown as Wire;
  const meters = new Meters();
  const inbound = new Inbound({ wire, meters, clock: systemClock, taken: done });
  const say = (seq: number, body: Uint8Array, from = 1) =>
    inbound.push({ type: "message", seq, from, round: 0, bytes: body });
  return { inbound, meters, say, taken };
}

describe("what comes in", () => {
  it("is not taken twice under one key of one party", () => {
    const { inbound, say } = create();
    say(1, encodeBody({ payload: { n: 1 }, key: "a" }));
    say(2, encodeBody({ payload: { n: 1 }, key: "a" }));
    say(3, encodeBody({ payload: { n: 2 }, key: "a" }), 2);
    say(4, encodeBody({ payload: { n: 3 } }));
    say(5, encodeBody({ payload: { n: 3 } }));
    expect(inbound.since(0).messages.map(({ seq }) => seq)).toEqual([1, 3, 4, 5]);
    expect(inbound.count).toBe(4);
  });

  it.each(["", "1", "[]", "{}", '{"payload":1}', '{"payload":{},"key":1}', '{"payload":{},"payload":{}}', "\u0000"])(
    "is counted and dropped if it is not of these methods: %j",
    (text) => {
      const { inbound, meters, say } = create();
      expect(say(1, utf8(text))).toBe(true);
      expect([inbound.count, meters.unreadable]).toEqual([0, 1]);
      say(2, encodeBody({ payload: {} }));
      expect(inbound.take()?.seq).toBe(2);
    },
  );

  it("is done with when its caller asks again, or names it", () => {
    const { inbound, say, taken } = create(5);
    for (const seq of [6, 7, 8, 9]) say(seq, encodeBody({ payload: {} }));
    expect(inbound.had(undefined)).toBe(false);
    expect(inbound.take()?.seq).toBe(6);
    expect(taken).toEqual([]);
    expect(inbound.had(undefined)).toBe(true);
    expect(inbound.had(8)).toBe(true);
    // Nobody can have what has not come.
    expect(inbound.had(1_000)).toBe(true);
    expect(inbound.had(3)).toBe(false);
    expect(taken).toEqual([6, 8, 9]);
  });

  it("is done with at once if it is for no caller, unless something in front of it is not", () => {
    const { inbound, say, taken } = create();
    inbound.aside(1);
    say(2, encodeBody({ payload: {} }));
    inbound.aside(3);
    expect(taken).toEqual([1]);
    inbound.take();
    // And what is behind the last message that a caller has had.
    inbound.had(undefined);
    inbound.aside(4);
    expect(taken).toEqual([1, 3, 4]);
    expect(inbound.had(2)).toBe(false);
  });
});
