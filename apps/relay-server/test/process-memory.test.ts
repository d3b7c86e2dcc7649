import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { giveBackWhenIdle } from "../src/process-memory.ts";
import { ManualClock } from "./manual-clock.ts";

const MIB = 1024 * 1024;

/** A process that a test makes work and grow. */
function processOf({ givesBack = true } = {}) {
  const clock = new ManualClock();
  const state = { busy: 0, room: 32 * MIB, collections: 0 };
  const timer = giveBackWhenIdle(clock, {
    busy: () => state.busy,
    roomForNew: () => state.room,
    giveBack() {
      state.collections++;
      if (givesBack) state.room = MIB;
    },
  });
  return { clock, state, timer };
}

it("is given back once by a process that has become idle, and again after the next burst", () => {
  const { clock, state } = processOf();
  state.busy = 0.5;
  clock.pass(60);
  expect(state.collections).toBe(0);
  state.busy = 0.01;
  clock.pass(60);
  expect([state.collections, state.room]).toEqual([1, MIB]);
  state.room = 8 * MIB;
  clock.pass(60);
  expect(state.collections).toBe(1);
  state.room = 16 * MIB;
  clock.pass(60);
  expect(state.collections).toBe(2);
});

it("stays with a process that works every ten seconds", () => {
  const { clock, state } = processOf();
  for (let i = 0; i < 30; i++) {
    state.busy = 0.01;
    clock.pass(8);
    state.busy = 0.5;
    clock.pass(4);
  }
  expect(state.collections).toBe(0);
  state.busy = 0.01;
  clock.pass(12);
  expect(state.collections).toBe(1);
});

it("is not asked for again and again where nothing comes of it", () => {
  const { clock, state, timer } = processOf({ givesBack: false });
  clock.pass(600);
  expect(state.collections).toBe(1);
  timer.cancel();
  state.room *= 2;
  clock.pass(600);
  expect(state.collections).toBe(1);
});

it("is given back by this Node when it is asked as it is", () => {
  const script = `
    const { setFlagsFromString, getHeapSpaceStatistics } = require("node:v8");
    setFlagsFromString("--no-maglev");
    const room = () => getHeapSpaceStatistics().find((one) => one.space_name === "new_space").space_size;
    const kept = [];
    for (let i = 0; i < 400_000; i++) kept.push({ i: String(i) });
    const before = room();
    setFlagsFromString("--expose-gc");
    const collect = require("node:vm").runInNewContext("gc");
    setFlagsFromString("--no-expose-gc");
    collect({ type: "major", flavor: "last-resort" });
    console.log(JSON.stringify({ before, after: room(), kept: kept.length, gc: typeof gc }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  const { before, after, gc } = JSON.parse(stdout);
  expect(before).toBeGreaterThan(8 * MIB);
  expect(after).toBeLessThan(before / 2);
  expect(gc).toBe("undefined");
});
