import type { Payload } from "@countersign/relay";
import { describe, expect, it } from "vitest";
import { PayloadCache } from "../src/core/payload-cache.ts";

const payload = (body: string): Payload => ({
  type: "message",
  session: "s",
  from: 1,
  cseq: 1,
  envelopes: [{ to: 0, body }],
});

describe("the newest messages", () => {
  it("are there as long as somebody wants them, the oldest of whom nobody does are forgotten", () => {
    const cache = new PayloadCache().forGroup();
    const wanted = new Set<number>();
    for (let position = 1; position <= 10; position++) {
      cache.put(position, payload(`${position}`), wanted);
      wanted.add(position);
    }
    expect(cache.get(1)).toEqual(payload("1"));
    for (const position of [1, 2, 3, 6]) wanted.delete(position);
    cache.put(11, payload("11"), wanted);
    expect([1, 2, 3, 4, 6, 11].map((position) => cache.get(position) !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it("are bounded by characters, over all groups", () => {
    const cache = new PayloadCache(10_000);
    const [one, other] = [cache.forGroup(), cache.forGroup()];
    const all = { has: () => true };
    one.put(1, payload("x".repeat(3_000)), all);
    expect(one.get(1)).toBeDefined();
    for (let position = 1; position <= 4; position++) other.put(position, payload("x".repeat(3_000)), all);
    expect(one.get(1)).toBeUndefined();
    expect(other.get(4)).toBeDefined();
  });
});
