import { codeKdf } from "@countersign/handshake";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import type { Clock, Kdf, RandomBytes } from "./ports.ts";

/** Time by `performance.now`, `Date.now` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => ({ ms: performance.now(), unixSeconds: Math.floor(Date.now() / 1_000) }),
  wakeAt(ms, run) {
    // Timers may fire a little early and take no more than 2^31 − 1 ms: whoever is early goes back to sleep.
    const sleep = () => setTimeout(awake, Math.max(0, Math.min(Math.ceil(ms - performance.now()), 2 ** 31 - 1)));
    const awake = () => {
      if (performance.now() < ms) timer = sleep();
      else run();
    };
    let timer = sleep();
    return () => clearTimeout(timer);
  },
};

/** Random bytes of the platform's generator. */
export const systemRandomBytes: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** scrypt by @noble/hashes, in slices of 10 ms so that a page stays alive. */
export const scryptKdf: Kdf = ({ code, salt }) => scryptAsync(code, salt, codeKdf);
