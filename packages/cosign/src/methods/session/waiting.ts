import type { Caller } from "../../caller.ts";
import { errorCodes, MethodError } from "../../error.ts";
import type { Patience } from "../../session/changes.ts";
import { faults } from "../../session/faults.ts";
import { limits } from "../../session/limits.ts";

/** Lets a caller wait for so many milliseconds, if that is a time to wait, and not when it is gone. */
export async function whileCalled<T>(ms: number, caller: Caller, run: (patience: Patience) => Promise<T>): Promise<T> {
  if (!Number.isInteger(ms) || ms < 0 || ms > limits.wait) throw faults.wait();
  try {
    return await run({ ms, signal: caller.signal });
  } catch (error) {
    // Whoever is gone does not hear it; everybody else does when the daemon stops.
    if (caller.signal.aborted && !(error instanceof MethodError)) {
      throw new MethodError(errorCodes.notConnected, "Shutting down");
    }
    throw error;
  }
}
