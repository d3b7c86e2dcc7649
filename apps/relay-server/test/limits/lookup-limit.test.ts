import { beforeEach, expect, it } from "vitest";
import { LookupLimit } from "../../src/limits/lookup-limit.ts";
import { ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

/** Whether it was looked up. */
const attempt = async (limit: LookupLimit, address: string, isFound = false) =>
  (await limit.attempt(address, async () => ({ isFound, answer: "looked up" }))) !== undefined;

it("as many look-ups may fail in a minute, by address", async () => {
  const limit = new LookupLimit(clock, 2);
  for (const isFound of [false, true, true, false]) expect(await attempt(limit, "192.0.2.1", isFound)).toBe(true);
  expect(await attempt(limit, "192.0.2.1", true)).toBe(false);
  expect(await attempt(limit, "192.0.2.2")).toBe(true);
  clock.pass(59);
  expect(await attempt(limit, "192.0.2.1", true)).toBe(false);
  clock.pass(1);
  expect(await attempt(limit, "192.0.2.1", true)).toBe(true);
});

it("a look-up that comes to nothing is no guess", async () => {
  const limit = new LookupLimit(clock, 1);
  await expect(limit.attempt("192.0.2.1", () => Promise.reject(new Error("the store")))).rejects.toThrow("the store");
  expect(await attempt(limit, "192.0.2.1")).toBe(true);
});

it("failures take no memory for long", async () => {
  const limit = new LookupLimit(clock, 2);
  for (let i = 0; i < 10_000; i++) await attempt(limit, `198.51.${i >> 8}.${i & 255}`);
  clock.pass(60);
  await attempt(limit, "192.0.2.1");
  expect(limit.size).toBe(1);
});
