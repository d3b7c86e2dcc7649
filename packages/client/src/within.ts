import type { Clock } from "./ports.ts";

/** Waits for a promise, but no longer than `ms`. */
export async function within(ms: number, clock: Clock, promise: Promise<void>): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.wakeAt(clock.now().ms + ms, resolve);
  });
  await Promise.race([promise, late]);
  cancel();
}
