import { describe, expect, test } from "vitest";
import { first, network } from "./station.ts";

const LAST_AT = (1n << 64n) - 1n;

describe("after a restart", () => {
  test("with the persisted at the peer is met again by a higher one, and the old exchange is replaced", () => {
    const net = network(14);
    net.link(1, 2);
    net.up();
    const hashname = net.hashnames[1] ?? "";
    net.simulation.input(2, { type: "open", hashname: net.hashnames[0] ?? "", channelType: "x", reliable: true });
    const at = first(net.simulation.outputsOf(1, "persist")).entry.at;
    // The clock is an hour behind, so that only what was persisted makes the new at higher.
    net.simulation.clock.epochSeconds -= 3_600;
    net.start(1, { highest: new Map([[hashname, at]]) });
    net.link(1, 2);
    expect(net.up(2)).toBe(true);
    expect(net.simulation.outputsOf(2, "down")).toMatchObject([{ reason: "replaced" }]);
    expect(net.simulation.outputsOf(2, "channel-closed")).toMatchObject([{ err: "reset" }]);
    expect(net.simulation.outputsOf(2, "up").map((up) => up.at)).toEqual([at, at + 2n]);
  });

  test("a peer that lost its at and its clock is called by the one it is up with, which knows a higher at", () => {
    const net = network(17);
    net.link(1, 2);
    net.up();
    net.simulation.clock.epochSeconds -= 3_600;
    net.start(1);
    net.link(1, 2);
    expect(net.up(2)).toBe(true);
    const [before, after] = net.simulation.outputsOf(2, "up").map(({ at }) => at);
    expect(after).toBeGreaterThan(before ?? 0n);
    expect(net.simulation.outputsOf(1, "up").at(-1)?.at).toBe(after);
  });

  test("at 2^64-1 there is nothing more to say between the two", () => {
    const net = network(15);
    const hashname = net.hashnames[1] ?? "";
    const order = net.simulation.outputsOf(1, "persist");
    expect(order).toEqual([]);
    for (const highest of [LAST_AT - 1n, LAST_AT]) {
      net.start(1, { highest: new Map([[hashname, highest]]) });
      net.link(1, 2);
      net.simulation.run({ limitMs: 40_000 });
    }
    const exhausted = net.simulation.outputsOf(1, "exhausted").length;
    const used = net.simulation.outputsOf(1, "persist").map(({ entry }) => entry.at);
    // Which of the two may use the very last one is a matter of its order.
    expect(used.every((value) => value === LAST_AT)).toBe(true);
    expect(exhausted + used.length).toBe(2);
    expect(exhausted).toBeGreaterThan(0);
  });

  test("an at above 2^53 is exact from end to end", () => {
    const net = network(16);
    const hashname = net.hashnames[1] ?? "";
    net.start(1, { highest: new Map([[hashname, 2n ** 63n + 1n]]) });
    net.link(1, 2);
    expect(net.up()).toBe(true);
    const [at] = net.simulation.outputsOf(2, "persist").map(({ entry }) => entry.at);
    expect([2n ** 63n + 2n, 2n ** 63n + 3n]).toContain(at);
    expect(net.simulation.outputsOf(1, "up")[0]?.at).toBe(at);
  });
});
