import { expect, test } from "vitest";
import { Alarm } from "../src/alarm.ts";

test("an alarm that is set to where it stands is left alone, and goes off once", () => {
  const pending = new Map<object, { readonly ms: number; readonly run: () => void }>();
  let made = 0;
  let rung = 0;
  const clock = {
    now: () => ({ ms: 0, unixSeconds: 0 }),
    wakeAt(ms: number, run: () => void) {
      const key = {};
      made += 1;
      pending.set(key, { ms, run });
      return () => void pending.delete(key);
    },
  };
  const alarm = new Alarm(clock, () => {
    rung += 1;
  });
  alarm.setAt(50);
  alarm.setAt(50);
  expect(made).toBe(1);
  alarm.setAt(70);
  expect([made, pending.size]).toEqual([2, 1]);
  for (const [key, { run }] of [...pending]) {
    pending.delete(key);
    run();
  }
  expect([rung, alarm.isSet]).toEqual([1, false]);
  alarm.setAt(70);
  expect([made, pending.size]).toEqual([3, 1]);
});
