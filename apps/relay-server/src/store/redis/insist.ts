import type { Surroundings } from "./appender.ts";
import { EngineLostError } from "./engine.ts";

/** Does something that may be done twice, again and again until the connection holds. */
export async function insist<T>({ engine, health }: Surroundings, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EngineLostError)) throw error;
      health.failed(error.message);
    }
    await engine.whenReady();
    await health.pause();
  }
}
