import { describe, expect, test } from "vitest";
import { StillClock } from "../../src/by-hand/still-clock.ts";
import { AlarmClock } from "../support/alarm-clock.ts";

describe("a clock that stands", () => {
  test("goes as the real one does until it is stopped", async () => {
    const real = new AlarmClock();
    const clock = new StillClock(real);
    const rung: string[] = [];
    clock.wakeAt(real.now().ms + 100, () => rung.push("first"));
    clock.wakeAt(real.now().ms + 200, () => rung.push("second"));
    await real.advance(100);
    expect(rung).toEqual(["first"]);
    clock.stop();
    const { ms } = clock.now();
    await real.advance(1_000);
    expect(rung).toEqual(["first"]);
    expect(clock.now()).toEqual({ ms, unixSeconds: real.now().unixSeconds });
  });

  test("moves on when it is told to, and rings in order at the time of each", async () => {
    const clock = new StillClock(new AlarmClock());
    clock.stop();
    const { ms } = clock.now();
    const rung: number[] = [];
    const ring = () => rung.push(clock.now().ms - ms);
    clock.wakeAt(ms + 300, ring);
    const cancel = clock.wakeAt(ms + 200, ring);
    clock.wakeAt(ms + 100, () => {
      ring();
      clock.wakeAt(ms + 250, ring);
    });
    cancel();
    clock.pass(299);
    expect(rung).toEqual([100, 250]);
    clock.pass(1);
    expect(rung).toEqual([100, 250, 300]);
    expect(clock.now().ms).toBe(ms + 300);
  });

  test("moves on to the next alarm only if that is near", async () => {
    const clock = new StillClock(new AlarmClock());
    clock.stop();
    const { ms } = clock.now();
    const rung: number[] = [];
    clock.wakeAt(ms + 200, () => rung.push(1));
    clock.passToAlarm(199);
    expect([rung, clock.now().ms]).toEqual([[], ms]);
    clock.passToAlarm(200);
    clock.passToAlarm(200);
    expect([rung, clock.now().ms]).toEqual([[1], ms + 200]);
  });
});
