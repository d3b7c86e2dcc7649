import { setTimeout as sleep } from "node:timers/promises";

export { sleep };

/** Looks every few milliseconds until the condition holds; false if it does not within the time. */
export async function until(condition: () => boolean, seconds: number): Promise<boolean> {
  const end = performance.now() + seconds * 1_000;
  while (!condition()) {
    if (performance.now() > end) return false;
    await sleep(10);
  }
  return true;
}

/** What a promise comes to, or undefined if that takes longer. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = sleep(seconds * 1_000, undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([promise, late]).finally(() => timer.abort());
}

/** Seconds that something took, and its outcome. */
export async function timed<T>(run: () => Promise<T>): Promise<readonly [seconds: number, outcome: T]> {
  const began = performance.now();
  const outcome = await run();
  return [(performance.now() - began) / 1_000, outcome];
}
