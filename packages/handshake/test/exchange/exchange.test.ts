import { VirtualClock } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { LAST_AT, Order } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { Kind, packet, ScriptedCipherSet } from "./scripted-cipher-set.ts";

/** An endpoint of order EVEN; its peer is ODD. */
function endpoint(highest = 0n) {
  const clock = new VirtualClock();
  const cipherSet = new ScriptedCipherSet();
  const machine = new Exchange({ cipherSet, order: Order.EVEN, highest });
  const receive = (body: Uint8Array) => machine.step({ type: "packet", body }, clock.now());
  const call = () => machine.step({ type: "call" }, clock.now());
  /** The application says yes to whatever is offered, at once. */
  const take = (body: Uint8Array, standing: ScriptedCipherSet["standing"] = "live") => {
    const outputs = receive(body);
    cipherSet.standing = standing;
    const accepted = outputs.flatMap((output) =>
      output.type === "offer" ? machine.step({ type: "accept", id: output.id }, clock.now()) : [],
    );
    return [...outputs.filter(({ type }) => type !== "offer"), ...accepted];
  };
  return { clock, cipherSet, machine, receive, call, take };
}

const types = (outputs: readonly ExchangeOutput<string>[]) => outputs.map(({ type }) => type);
const drops = (outputs: readonly ExchangeOutput<string>[]) =>
  outputs.flatMap((output) => (output.type === "drop" ? [output.code] : []));
const NOW = 1_760_000_000n;

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

describe("CONFIRMED", () => {
  test("at the initiator: keys, then everything older makes way", () => {
    const { call, take, cipherSet } = endpoint();
    call();
    const outputs = take(packet(Kind.message, NOW, { responder: true }));
    expect(types(outputs)).toEqual(["establish", "confirmed", "wake"]);
    expect(outputs[0]).toMatchObject({ tentative: false, greet: true, peer: "peer" });
    expect(outputs[1]).toEqual({ type: "confirmed", id: 1, at: NOW });
    expect(cipherSet.wiped).toEqual([]);
  });

  test("at a responder with tentative keys: only when the initiator was heard under them", () => {
    const { take, machine, clock, cipherSet, call } = endpoint();
    call();
    cipherSet.opening = "message";
    const opened = take(packet(Kind.opening, NOW + 1n), "tentative");
    expect(types(opened)).toEqual(["send", "establish"]);
    expect(opened[1]).toMatchObject({ tentative: true, greet: false });
    expect(types(machine.step({ type: "heard", id: 2 }, clock.now()))).toEqual(["persist-at", "confirmed", "wake"]);
    // Our own pending exchange was older, and is gone.
    expect(cipherSet.wiped).toEqual([1]);
  });

  test("our own newer exchange stays beside an older one that is CONFIRMED", () => {
    const { receive, take, call, cipherSet } = endpoint();
    receive(packet(Kind.opening, NOW - 1n));
    receive(packet(Kind.reply, NOW - 1n));
    call();
    take(packet(Kind.message, NOW - 1n));
    expect(cipherSet.wiped).toEqual([]);
    expect(types(take(packet(Kind.message, NOW, { responder: true })))).toContain("confirmed");
    expect(cipherSet.wiped).toEqual([1]);
  });

  test("a repeated last packet is answered by the greeting, a repeated earlier answer by its flight", () => {
    const { call, take, receive } = endpoint();
    call();
    const last = packet(Kind.message, NOW, { responder: true });
    take(last);
    expect(receive(last)).toEqual([{ type: "repeat-greeting", id: 1 }]);
  });

  test("a last flight is resent until the peer is heard, and again for each repeat", () => {
    const { call, take, receive, machine, clock } = endpoint();
    call();
    const last = packet(Kind.message, NOW, { responder: true });
    const flight = { type: "send", body: packet(Kind.message, NOW, { salt: 99 }) };
    expect(take(last, "finishing")).toContainEqual(flight);
    expect(receive(last)).toEqual([flight]);
    clock.advance(1_000);
    expect(machine.step({ type: "time" }, clock.now())).toContainEqual(flight);
    machine.step({ type: "heard", id: 1 }, clock.now());
    clock.advance(2_000);
    expect(machine.step({ type: "time" }, clock.now())).toEqual([]);
    expect(receive(last)).toEqual([flight]);
  });

  test("tentative keys that are never used are taken back", () => {
    const { take, cipherSet, machine, clock } = endpoint();
    cipherSet.opening = "message";
    take(packet(Kind.opening, NOW + 1n), "tentative");
    clock.advance(30_000);
    expect(types(machine.step({ type: "time" }, clock.now()))).toEqual(["discard", "expired", "wake"]);
  });
});

describe("guesses", () => {
  test("one is charged before the flight that lets it be tested, and given back when the peer has proven the code", () => {
    const { call, receive, take } = endpoint();
    call();
    expect(types(receive(packet(Kind.guess, NOW, { responder: true })))).toEqual(["charge", "send"]);
    expect(types(take(packet(Kind.message, NOW, { responder: true }), "finishing"))).toEqual([
      "refund",
      "send",
      "establish",
      "confirmed",
    ]);
  });

  test("a guess that was charged is mentioned when the exchange runs out", () => {
    const { call, receive, machine, clock } = endpoint();
    call();
    receive(packet(Kind.guess, NOW, { responder: true }));
    clock.advance(30_000);
    const outputs = machine.step({ type: "time" }, clock.now());
    expect(outputs).toContainEqual({ type: "expired", role: "initiator", guessed: true });
  });

  test("a peer's failed guess counts once per exchange, and the right code still works after it", () => {
    const { receive } = endpoint();
    receive(packet(Kind.opening, NOW + 1n));
    expect(types(receive(packet(Kind.badGuess, NOW + 1n, { salt: 1 })))).toEqual(["bad-guess", "drop"]);
    expect(types(receive(packet(Kind.badGuess, NOW + 1n, { salt: 2 })))).toEqual(["drop"]);
    expect(types(receive(packet(Kind.reply, NOW + 1n)))).toEqual(["send"]);
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
