import { VirtualClock } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { LAST_AT, Order } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import { lastingPacket } from "./lasting-cipher-set.ts";
import { drops, LastingEnd, sends, types } from "./lasting-end.ts";
import { Kind, packet, ScriptedCipherSet } from "./scripted-cipher-set.ts";

const peer = new Uint8Array(16).fill(7);
const CLOCK = 1_760_000_000n;
const CAP = 2n ** 32n;

/** Where numbers of 8, 16, 31, 32, 53, 63 and 64 bits end, the clock, and the cap above it: each with its neighbours. */
const middles = [0n, 2n ** 8n, 2n ** 16n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, LAST_AT, CLOCK, CLOCK + CAP];
const values = [
  ...new Set(middles.flatMap((middle) => [-4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n].map((d) => middle + d))),
]
  .filter((at) => at >= 0n && at <= LAST_AT)
  .sort((a, b) => (a < b ? -1 : 1));

/** What has to become of an opening, said in other words than the machine does. */
function verdict(at: bigint, { order, highest, cap }: { order: bigint; highest: bigint; cap: boolean }): string {
  const fromPeer = at % 2n !== order;
  if (at <= highest) return fromPeer || !cap ? "exchange.old" : "exchange.parity";
  if (!fromPeer) return cap ? "exchange.parity" : "exchange.unknown";
  const limit = (highest > CLOCK ? highest : CLOCK) + CAP;
  return cap && at > limit ? "exchange.far-future" : "taken";
}

test("there are enough of them", () => {
  expect(values.length * 2).toBeGreaterThanOrEqual(100);
});

describe.each([
  ["EVEN", Order.EVEN],
  ["ODD", Order.ODD],
] as const)("an incoming at, where we are %s", (_, order) => {
  test.each(values)("%d, from nothing and from each highest around it", (at) => {
    for (const highest of [0n, at - 2n, at - 1n, at, at + 1n, CLOCK, LAST_AT].filter((h) => h >= 0n && h <= LAST_AT)) {
      const end = new LastingEnd({ order, highest });
      const outputs = end.take(lastingPacket(peer, at));
      const expected = verdict(at, { order, highest, cap: false });
      if (expected !== "taken") expect(outputs).toEqual([{ type: "drop", code: expected }]);
      else {
        expect(outputs).toContainEqual({ type: "persist-at", at });
        expect(sends(outputs)).toEqual([lastingPacket(end.cipherSet.exch, at)]);
      }

      const machine = new Exchange({ cipherSet: new ScriptedCipherSet(), order, highest });
      const capped = machine.step({ type: "packet", body: packet(Kind.opening, at) }, new VirtualClock().now());
      const wanted = verdict(at, { order, highest, cap: true });
      if (wanted === "taken") expect(types(capped)).toEqual(["send", "wake"]);
      else expect(drops(capped)).toEqual([wanted]);
    }
  });

  test.each(values)("a new one above %d", (highest) => {
    const outputs = new LastingEnd({ order, highest }).step({ type: "call" });
    const floor = highest + 1n > CLOCK ? highest + 1n : CLOCK;
    const at = floor % 2n === order ? floor : floor + 1n;
    if (at > LAST_AT) expect(outputs).toEqual([{ type: "exhausted" }]);
    else expect(outputs[0]).toEqual({ type: "persist-at", at });
  });
});

test("an at is exact where a double is not: an answer for the number beside ours is none", () => {
  for (const highest of [2n ** 53n, 2n ** 63n, LAST_AT - 9n]) {
    const end = new LastingEnd({ highest });
    const [sent] = end.step({ type: "call" });
    if (sent?.type !== "persist-at") throw new Error("no at");
    expect(drops(end.take(lastingPacket(peer, sent.at + 2n)))).toEqual(["exchange.unknown"]);
    expect(types(end.take(lastingPacket(peer, sent.at)))).toContain("confirmed");
  }
});

test.each([
  ["back", -1_000_000],
  ["below zero", -3_000_000_000],
  ["to nonsense", Number.NaN],
])("a clock that goes %s takes no at back", (_, by) => {
  const end = new LastingEnd();
  end.step({ type: "call" });
  end.take(lastingPacket(peer, CLOCK));
  end.clock.epochSeconds += by;
  expect(end.step({ type: "keep-alive" })[0]).toEqual({ type: "persist-at", at: CLOCK + 2n });
});
