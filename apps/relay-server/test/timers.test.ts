import { beforeEach, expect, it } from "vitest";
import { Timers } from "../src/core/timers.ts";
import { ManualClock } from "./manual-clock.ts";

let clock: ManualClock;
let timers: Timers;
let rung: string[];
const ring = (name: string) => () => rung.push(name);

beforeEach(() => {
  clock = new ManualClock();
  timers = new Timers(clock);
  rung = [];
});

it("rings once, when it is due", () => {
  timers.set("a", 1_000, ring("a"));
  clock.pass(0.999);
  expect(rung).toEqual([]);
  clock.pass(0.001);
  clock.pass(5);
  expect(rung).toEqual(["a"]);
});

it("rings when it was put off to, and does what was said last", () => {
  timers.set("a", 1_000, ring("first"));
  clock.pass(0.6);
  timers.set("a", 1_000, ring("second"));
  clock.pass(0.6);
  timers.set("a", 1_000, ring("third"));
  clock.pass(0.999);
  expect(rung).toEqual([]);
  clock.pass(0.001);
  expect(rung).toEqual(["third"]);
});

it("rings earlier where it is set to an earlier moment", () => {
  timers.set("a", 1_000, ring("late"));
  timers.set("a", 100, ring("early"));
  clock.pass(0.1);
  expect(rung).toEqual(["early"]);
  clock.pass(2);
  expect(rung).toEqual(["early"]);
});

it("does not ring when it was cancelled, put off or not", () => {
  timers.set("a", 1_000, ring("a"));
  timers.set("b", 1_000, ring("b"));
  timers.set("b", 2_000, ring("b"));
  timers.cancel("a");
  clock.pass(1.5);
  timers.clear();
  clock.pass(5);
  expect(rung).toEqual([]);
});

it("can be set anew by what it calls", () => {
  timers.set("a", 1_000, () => timers.set("a", 1_000, ring("a")));
  clock.pass(1);
  expect(rung).toEqual([]);
  clock.pass(1);
  expect(rung).toEqual(["a"]);
});
