import { beforeEach, expect, it } from "vitest";
import { LookupLimit } from "../../src/limits/lookup-limit.ts";
import { ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

it("as many look-ups may fail in a minute, by address", () => {
  const limit = new LookupLimit(clock, 2);
  limit.fail("192.0.2.1");
  limit.fail("192.0.2.2");
  expect(limit.isReached("192.0.2.1")).toBe(false);
  limit.fail("192.0.2.1");
  expect(limit.isReached("192.0.2.1")).toBe(true);
  expect(limit.isReached("192.0.2.2")).toBe(false);
  clock.pass(59);
  expect(limit.isReached("192.0.2.1")).toBe(true);
  clock.pass(1);
  expect(limit.isReached("192.0.2.1")).toBe(false);
});

it("failures take no memory for long", () => {
  const limit = new LookupLimit(clock, 2);
  for (let i = 0; i < 10_000; i++) limit.fail(`198.51.${i >> 8}.${i & 255}`);
  clock.pass(60);
  limit.fail("192.0.2.1");
  expect(limit.size).toBe(1);
});
