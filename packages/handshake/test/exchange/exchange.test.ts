import { describe, expect, test } from "vitest";
import { LAST_AT } from "../../src/exchange/at.ts";
import { Kind, packet } from "./scripted-cipher-set.ts";
import { drops, endpoint, NOW, types } from "./scripted-end.ts";

describe("beginning", () => {
  test("the at is persisted before the packet leaves, and the clock sets it", () => {
    const { call } = endpoint();
    expect(call()).toEqual([
      { type: "persist-at", at: NOW },
      { type: "send", body: packet(Kind.opening, NOW) },
      { type: "wake", at: 1_000 },
    ]);
  });

  test("a second call while one is under way does nothing", () => {
    const { call } = endpoint();
    call();
    expect(call()).toEqual([]);
  });

  test("a clock that has gone back does not take the at with it", () => {
    const { call } = endpoint(NOW + 1_000n);
    expect(call()[0]).toEqual({ type: "persist-at", at: NOW + 1_002n });
  });

  test("without an at left, nothing is sent", () => {
    expect(endpoint(LAST_AT).call()).toEqual([{ type: "exhausted" }]);
    expect(endpoint(LAST_AT - 1n).call()).toEqual([{ type: "exhausted" }]);
  });
});

describe("time", () => {
  test("the same bytes at exactly 1, 3, 7 and 15 s, and nothing is left at 30 s", () => {
    const { call, machine, clock } = endpoint();
    call();
    const sentAt: number[] = [];
    for (let ms = 1; ms <= 40_000; ms++) {
      clock.advance(1);
      for (const output of machine.step({ type: "time" }, clock.now())) {
        if (output.type === "send") {
          expect(output.body).toEqual(packet(Kind.opening, NOW));
          sentAt.push(ms);
        } else if (output.type === "expired") {
          expect(output).toEqual({ type: "expired", role: "initiator", guessed: false });
          sentAt.push(-ms);
        }
      }
    }
    expect(sentAt).toEqual([1_000, 3_000, 7_000, 15_000, -30_000]);
  });

  test("wakes are asked for exactly when something is due", () => {
    const { call, machine, clock } = endpoint();
    call();
    const wakes: (number | undefined)[] = [];
    for (const ms of [1_000, 3_000, 7_000, 15_000, 30_000]) {
      clock.ms = ms;
      for (const output of machine.step({ type: "time" }, clock.now()))
        if (output.type === "wake") wakes.push(output.at);
    }
    expect(wakes).toEqual([3_000, 7_000, 15_000, 30_000, undefined]);
  });

  test("each flight has its own schedule, and the whole exchange ends within 90 s", () => {
    const { call, receive, machine, clock } = endpoint();
    call();
    for (let salt = 0; salt < 3; salt++) {
      clock.advance(29_000);
      expect(types(receive(packet(Kind.reply, NOW, { responder: true, salt })))).toContain("send");
    }
    clock.ms = 89_999;
    expect(types(machine.step({ type: "time" }, clock.now()))).not.toContain("expired");
    clock.ms = 90_000;
    expect(types(machine.step({ type: "time" }, clock.now()))).toContain("expired");
  });

  test("after a long sleep a flight leaves once, not once for each missed time", () => {
    const { call, machine, clock } = endpoint();
    call();
    clock.advance(16_000);
    expect(types(machine.step({ type: "time" }, clock.now()))).toEqual(["send", "wake"]);
  });

  test("a transport that is back gets the flight at once, and the schedule stays", () => {
    const { call, machine, clock } = endpoint();
    call();
    clock.advance(500);
    expect(types(machine.step({ type: "reconnected" }, clock.now()))).toEqual(["send"]);
    clock.advance(500);
    expect(types(machine.step({ type: "time" }, clock.now()))).toEqual(["send", "wake"]);
  });
});

describe("what an incoming at is worth", () => {
  test("an opening of one's own parity is nobody's", () => {
    expect(drops(endpoint().receive(packet(Kind.opening, NOW)))).toEqual(["exchange.parity"]);
    const { call, receive } = endpoint();
    call();
    expect(drops(receive(packet(Kind.reply, NOW + 1n, { responder: true })))).toEqual(["exchange.parity"]);
  });

  test("an opening at or below the highest is old", () => {
    for (const at of [99n, 101n]) {
      expect(drops(endpoint(101n).receive(packet(Kind.opening, at)))).toEqual(["exchange.old"]);
    }
  });

  test.each(["answering", "proven"])("what was answered once and expired %s is not answered again", (state) => {
    const { receive, machine, clock } = endpoint();
    const opening = packet(Kind.opening, NOW + 1n);
    expect(types(receive(opening))).toContain("send");
    if (state === "proven") expect(types(receive(packet(Kind.reply, NOW + 1n)))).toContain("send");
    clock.advance(30_000);
    expect(types(machine.step({ type: "time" }, clock.now()))).toContain("expired");
    expect(receive(opening)).toEqual([{ type: "drop", code: "exchange.old" }]);
    // Made for the answer that is forgotten: it may be right, and no guess was wrong.
    expect(receive(packet(Kind.badGuess, NOW + 1n))).toEqual([{ type: "drop", code: "exchange.old" }]);
    expect(types(receive(packet(Kind.opening, NOW + 3n)))).toContain("send");
  });

  test("2^32 above the clock is taken, more is refused", () => {
    const edge = NOW + 2n ** 32n;
    expect(drops(endpoint().receive(packet(Kind.opening, edge - 1n)))).toEqual([]);
    expect(drops(endpoint().receive(packet(Kind.opening, edge + 1n)))).toEqual(["exchange.far-future"]);
  });

  test("an opening does not raise the highest before it is CONFIRMED", () => {
    const { receive, call } = endpoint();
    receive(packet(Kind.opening, NOW + 1_001n));
    expect(call()[0]).toEqual({ type: "persist-at", at: NOW });
  });

  test("other bytes at the at of a half-open exchange are dropped, the same ones are answered the same", () => {
    const { receive } = endpoint();
    const first = receive(packet(Kind.opening, NOW + 1n));
    expect(types(first)).toEqual(["send", "wake"]);
    expect(receive(packet(Kind.opening, NOW + 1n))).toEqual([first[0]]);
    expect(drops(receive(packet(Kind.opening, NOW + 1n, { salt: 1 })))).toHaveLength(1);
  });

  test("a newer opening takes the place of a half-open one, an older one does not", () => {
    const { receive, cipherSet, clock } = endpoint();
    receive(packet(Kind.opening, NOW + 5n));
    clock.advance(1_000);
    expect(drops(receive(packet(Kind.opening, NOW + 3n)))).toEqual(["exchange.old"]);
    expect(types(receive(packet(Kind.opening, NOW + 7n)))).toContain("send");
    expect(cipherSet.wiped).toEqual([1]);
  });

  test("a newer opening within a second is not computed, however many of them there are", () => {
    const { receive, clock } = endpoint();
    receive(packet(Kind.opening, NOW + 1n));
    clock.advance(999);
    for (let i = 1n; i < 100n; i++) {
      expect(drops(receive(packet(Kind.opening, NOW + 1n + 2n * i)))).toEqual(["exchange.busy"]);
    }
    clock.advance(1);
    expect(types(receive(packet(Kind.opening, NOW + 3n)))).toContain("send");
  });

  test("a newer opening does not push out an initiator that has proven the code", () => {
    const { receive, cipherSet, clock } = endpoint();
    receive(packet(Kind.opening, NOW + 1n));
    receive(packet(Kind.reply, NOW + 1n, { salt: 1 }));
    clock.advance(2_000);
    expect(drops(receive(packet(Kind.opening, NOW + 3n)))).toEqual(["exchange.busy"]);
    expect(cipherSet.wiped).toEqual([]);
  });

  test("a newer opening that is bad leaves the half-open one alone", () => {
    const { receive, cipherSet, clock } = endpoint();
    receive(packet(Kind.opening, NOW + 1n));
    clock.advance(1_000);
    cipherSet.opening = "bad";
    expect(drops(receive(packet(Kind.opening, NOW + 3n)))).toEqual(["scripted.bad"]);
    expect(types(receive(packet(Kind.reply, NOW + 1n)))).toContain("send");
  });
});

describe("what openings may cost", () => {
  test("five may come to nothing at once, then one in 100 ms; what is under way goes on", () => {
    const { receive, cipherSet, clock, call } = endpoint();
    call();
    cipherSet.opening = "bad";
    const bogus = () => drops(receive(packet(Kind.opening, NOW + 1n)));
    for (let i = 0; i < 5; i++) expect(bogus()).toEqual(["scripted.bad"]);
    for (let ms = 1; ms < 100; ms++) {
      clock.advance(1);
      expect(bogus()).toEqual(["exchange.busy"]);
    }
    expect(types(receive(packet(Kind.reply, NOW, { responder: true })))).toContain("send");
    clock.advance(1);
    expect(bogus()).toEqual(["scripted.bad"]);
    expect(bogus()).toEqual(["exchange.busy"]);
    expect(cipherSet.answers).toBe(6);
    clock.advance(100);
    cipherSet.opening = "reply";
    expect(types(receive(packet(Kind.opening, NOW + 1n)))).toContain("send");
  });

  test("a flood of a minute is computed ten times a second", () => {
    const { receive, cipherSet, clock } = endpoint();
    cipherSet.opening = "bad";
    for (let ms = 0; ms < 60_000; ms += 5) {
      clock.advance(5);
      receive(packet(Kind.opening, NOW + 1n));
    }
    expect(cipherSet.answers).toBeLessThanOrEqual(605);
    expect(cipherSet.answers).toBeGreaterThanOrEqual(600);
  });
});
