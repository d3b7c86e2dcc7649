import { type Clock, systemClock } from "@countersign/client";

/**
 * The clock of parties that share one core: it runs as many times slower as there are parties, so that a party's
 * deadlines are as far away as they would be on a machine of its own.
 */
export function sharedClock(parties: number): Clock {
  const start = systemClock.now();
  return {
    now() {
      const { ms, unixSeconds } = systemClock.now();
      return { ms: start.ms + (ms - start.ms) / parties, unixSeconds };
    },
    wakeAt: (ms, run) => systemClock.wakeAt(start.ms + (ms - start.ms) * parties, run),
  };
}
