import { type Clock, systemClock } from "@countersign/client";

/** Beyond it, what a client waits for on purpose (to send together what comes together) would outweigh its work. */
const SLOWEST = 20;

/**
 * The clock of parties that share one core: it runs slower, up to as many times as there are parties, so that a party's
 * deadlines are about as far away as they would be on a machine of its own.
 */
export function sharedClock(parties: number): Clock {
  const start = systemClock.now();
  const factor = Math.min(parties, SLOWEST);
  return {
    now() {
      const { ms, unixSeconds } = systemClock.now();
      return { ms: start.ms + (ms - start.ms) / factor, unixSeconds };
    },
    wakeAt: (ms, run) => systemClock.wakeAt(start.ms + (ms - start.ms) * factor, run),
  };
}
