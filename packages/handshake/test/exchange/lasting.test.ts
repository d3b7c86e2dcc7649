import { VirtualClock } from "@countersign/testkit";
import { encodeHex } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { LAST_AT, Order } from "../../src/exchange/at.ts";
import { lastingPacket, message } from "./lasting-cipher-set.ts";
import { drops, LastingEnd, NOW, offer, sends, types } from "./lasting-end.ts";

const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];

/** An end that is live with a peer of the first EXCH: its own handshake was NOW, its exchange has the id 1. */
function live(): LastingEnd {
  const end = new LastingEnd();
  end.step({ type: "call" });
  expect(types(end.take(lastingPacket(first, NOW)))).toEqual(["offer", "establish", "confirmed"]);
  return end;
}

describe("a handshake with the token that is known", () => {
  test("of the peer: the keys stay, and the answer comes from the ephemeral key of before", () => {
    const end = live();
    const { exch } = end.cipherSet;
    const outputs = end.take(lastingPacket(first, NOW + 1n));
    expect(types(outputs)).toEqual(["offer", "persist-at", "send", "confirmed"]);
    expect(outputs.at(-1)).toEqual({ type: "confirmed", id: 1, at: NOW + 1n });
    expect(sends(outputs)).toEqual([lastingPacket(exch, NOW + 1n)]);
    expect(end.cipherSet.renewed).toBe(0);
  });

  test("of ours, as a transport asks for it: the same, and the messages of before under a new at", () => {
    const end = live();
    const { exch } = end.cipherSet;
    const outputs = end.step({ type: "keep-alive" });
    expect(outputs[0]).toEqual({ type: "persist-at", at: NOW + 2n });
    expect(sends(outputs)).toEqual([lastingPacket(exch, NOW + 2n)]);
    expect(end.take(lastingPacket(first, NOW + 2n)).at(-1)).toEqual({ type: "confirmed", id: 1, at: NOW + 2n });
  });

  test("what is older is no repeat any more", () => {
    const end = live();
    const answer = sends(end.take(lastingPacket(first, NOW + 1n)));
    expect(sends(end.receive(lastingPacket(first, NOW + 1n)))).toEqual(answer);
    end.take(lastingPacket(first, NOW + 3n));
    expect(drops(end.receive(lastingPacket(first, NOW + 1n)))).toEqual(["exchange.old"]);
  });
});

describe("a handshake with a new token and a higher at", () => {
  test("clears messages, keys and the ephemeral key before the application sees it", () => {
    const end = live();
    const before = encodeHex(end.cipherSet.exch);
    const offered = end.receive(lastingPacket(second, NOW + 1n));
    expect(types(offered)).toEqual(["discard", "wake", "offer"]);
    expect(offered[0]).toEqual({ type: "discard", id: 1 });
    const { id } = offer(offered);
    const outputs = end.step({ type: "accept", id });
    expect(types(outputs)).toEqual(["persist-at", "send", "establish", "confirmed", "wake"]);
    expect(outputs.at(-2)).toEqual({ type: "confirmed", id, at: NOW + 1n });
    expect(encodeHex(end.cipherSet.exch)).not.toBe(before);
  });

  test("takes a keep-alive of ours with it that was not answered", () => {
    const end = live();
    end.step({ type: "keep-alive" });
    end.take(lastingPacket(second, NOW + 3n));
    expect(end.at(60_000)).toEqual([]);
    expect(drops(end.receive(lastingPacket(first, NOW + 2n)))).toEqual(["exchange.old"]);
  });

  test("in answer to our own handshake: a new exchange, from the ephemeral key that this handshake said", () => {
    const end = live();
    const { exch } = end.cipherSet;
    end.step({ type: "keep-alive" });
    const outputs = end.take(lastingPacket(second, NOW + 2n));
    expect(types(outputs)).toEqual(["discard", "offer", "establish", "confirmed"]);
    expect(end.cipherSet.exch).toBe(exch);
  });

  test("is answered from the ephemeral key of a first handshake of ours that is still out", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    const { exch } = end.cipherSet;
    const outputs = end.take(lastingPacket(first, NOW + 1n));
    expect(sends(outputs)).toEqual([lastingPacket(exch, NOW + 1n)]);
    expect(end.cipherSet.renewed).toBe(0);
  });

  test.each([
    ["lower", NOW - 1n, "exchange.old"],
    ["of our parity", NOW + 2n, "exchange.unknown"],
  ])("an at that is %s clears nothing", (_, at, code) => {
    const end = live();
    expect(end.receive(lastingPacket(second, at))).toEqual([{ type: "drop", code }]);
    expect(end.take(lastingPacket(first, NOW + 3n)).at(-1)).toEqual({ type: "confirmed", id: 1, at: NOW + 3n });
  });

  test("bytes that prove nobody clear nothing", () => {
    const end = live();
    expect(drops(end.receive(lastingPacket(new Uint8Array(16), NOW + 1n)))).toEqual(["wire.malformed"]);
    expect(end.take(lastingPacket(first, NOW + 1n)).at(-1)).toEqual({ type: "confirmed", id: 1, at: NOW + 1n });
  });
});

describe("a handshake that nobody answers", () => {
  test("leaves again, the same bytes, exactly 1, 3, 7 and 15 s after it was made, and takes all state with it at 30 s", () => {
    const end = live();
    end.clock.ms = 5_000;
    const flight = sends(end.step({ type: "keep-alive" }));
    const events: [number, string][] = [];
    for (let ms = 5_001; ms <= 70_000; ms++) {
      for (const output of end.at(ms)) {
        if (output.type === "send") expect([output.body]).toEqual(flight);
        if (output.type !== "wake") events.push([ms - 5_000, output.type]);
      }
    }
    expect(events).toEqual([
      [1_000, "send"],
      [3_000, "send"],
      [7_000, "send"],
      [15_000, "send"],
      [30_000, "expired"],
      [30_000, "discard"],
    ]);
    expect(end.cipherSet.renewed).toBe(1);
    const { machine } = end as unknown as { machine: { runs: { records: unknown[] } } };
    expect(machine.runs.records).toEqual([]);
  });

  test("the next one begins from another ephemeral key and with a higher at", () => {
    const end = new LastingEnd();
    const [before] = sends(end.step({ type: "call" }));
    end.at(30_000);
    const [after = new Uint8Array(0)] = sends(end.step({ type: "call" }));
    expect(after).toEqual(lastingPacket(end.cipherSet.exch, NOW + 30n));
    expect(after.slice(0, 16)).not.toEqual(before?.slice(0, 16));
  });

  test("the peer's newer handshake is as good as an answer", () => {
    const end = live();
    end.step({ type: "keep-alive" });
    end.take(lastingPacket(first, NOW + 3n));
    expect(types(end.at(60_000))).toEqual([]);
    expect(end.take(lastingPacket(first, NOW + 61n)).at(-1)).toMatchObject({ type: "confirmed", id: 1 });
  });
});

describe("two ends", () => {
  /** Both ends, and a network that loses nothing: delivers until nothing is under way. */
  function pair() {
    const clock = new VirtualClock();
    const ends = [new LastingEnd({ clock }), new LastingEnd({ order: Order.ODD, clock })] as const;
    const [even, odd] = ends;
    const deliver = (from: LastingEnd, bodies: readonly Uint8Array[]): void => {
      const to = from === even ? odd : even;
      for (const body of bodies) deliver(to, sends(to.take(body)));
    };
    return { even, odd, deliver };
  }

  test("that begin at once agree on the higher at and on one pair of tokens", () => {
    const { even, odd, deliver } = pair();
    const [ours, theirs] = [sends(even.step({ type: "call" })), sends(odd.step({ type: "call" }))];
    deliver(even, ours);
    const established = odd.take.bind(odd);
    deliver(odd, theirs);
    expect(drops(established(lastingPacket(even.cipherSet.exch, NOW)))).toEqual(["exchange.old"]);
    expect(even.cipherSet.renewed + odd.cipherSet.renewed).toBe(0);
    expect(sends(even.step({ type: "keep-alive" }))).toEqual([lastingPacket(even.cipherSet.exch, NOW + 2n)]);
  });

  test("the one that has lost everything but its highest comes back by itself", () => {
    const { even, odd, deliver } = pair();
    deliver(even, sends(even.step({ type: "call" })));
    const again = new LastingEnd({ highest: NOW, clock: even.clock });
    const [call = new Uint8Array(0)] = sends(again.step({ type: "call" }));
    // Another process, another ephemeral key.
    const anew = lastingPacket(new Uint8Array(16).fill(9), NOW + 2n);
    expect(call.slice(16)).toEqual(anew.slice(16));
    expect(types(odd.take(anew))).toEqual(["discard", "offer", "persist-at", "send", "establish", "confirmed"]);
  });
});

describe("the last at", () => {
  test("was used: nothing more is begun, and it is said for each call", () => {
    for (const [order, highest] of [
      [Order.ODD, LAST_AT],
      [Order.EVEN, LAST_AT],
      [Order.EVEN, LAST_AT - 1n],
    ] as const) {
      const end = new LastingEnd({ order, highest });
      for (const input of [{ type: "call" }, { type: "keep-alive" }, { type: "provide", messages: [] }] as const) {
        expect(end.step(input)).toEqual([{ type: "exhausted" }]);
      }
      expect(end.at(60_000)).toEqual([]);
    }
  });

  test("is answered when the peer has it, and everything after that is old", () => {
    const end = new LastingEnd({ highest: LAST_AT - 3n });
    expect(types(end.take(lastingPacket(first, LAST_AT)))).toContain("confirmed");
    expect(end.step({ type: "provide", messages: [message("jwt")] })).toEqual([{ type: "exhausted" }]);
    expect(drops(end.receive(lastingPacket(second, LAST_AT - 2n)))).toEqual(["exchange.old"]);
  });

  test("is used by who may", () => {
    const end = new LastingEnd({ order: Order.ODD, highest: LAST_AT - 1n });
    expect(end.step({ type: "call" })[0]).toEqual({ type: "persist-at", at: LAST_AT });
    expect(types(end.take(lastingPacket(first, LAST_AT)))).toContain("confirmed");
    expect(end.step({ type: "keep-alive" })).toEqual([{ type: "exhausted" }]);
  });
});
