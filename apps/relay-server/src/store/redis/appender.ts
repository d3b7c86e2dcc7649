import { DamagedLogError, PositionTakenError } from "@countersign/relay";
import { AppendCalls } from "./append-calls.ts";
import { type Durability, isDurable } from "./durability.ts";
import { type Engine, EngineLostError, EngineRefusal } from "./engine.ts";
import type { Health } from "./health.ts";
import type { Keys } from "./keys.ts";
import type { Batch } from "./log-line.ts";

/** What a store works with. */
export interface Surroundings {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly durability: Durability;
  readonly health: Health;
  /** Milliseconds that a log lives after what was done with it last. */
  readonly life: number;
  /** This store among all that ever write to the same logs. */
  readonly writer: string;
}

/** Appends batches so that each is there once, and is durable when it is said to be. */
export class Appender {
  readonly #surroundings: Surroundings;
  readonly #calls: AppendCalls;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#calls = new AppendCalls(surroundings);
  }

  /** Sends what waits for the end of the turn. */
  flush(): void {
    this.#calls.flush();
  }

  /**
   * Resolves with the position of the first entry when the batch is durable. Rejects if nothing of it was appended, and
   * if the store is closed before that is known.
   *
   * Once the connection was lost nobody knows whether the engine has it. Then the same is sent again until the engine
   * answers: it does not append twice what has the same number.
   */
  async append(log: string, batch: Batch): Promise<number> {
    const { health } = this.#surroundings;
    let isInDoubt = false;
    for (;;) {
      try {
        const { position, durability } = await this.#calls.add(log, batch);
        if (position === undefined) throw new PositionTakenError("another entry has the position");
        if (isDurable(this.#surroundings.durability, durability)) return position - batch.entries.length + 1;
        health.failed("too few replicas have what was written");
      } catch (error) {
        if (error instanceof EngineRefusal && !isInDoubt) {
          health.refused(error.message);
          throw isLostLog(error) ? new DamagedLogError(error.message) : error;
        }
        if (!(error instanceof EngineLostError || error instanceof EngineRefusal)) throw error;
        health.failed(error.message);
      }
      isInDoubt = true;
      await health.recovered();
    }
  }
}

/** Whether the engine has a log whose count is lost: its stream knows positions that would be given again. */
function isLostLog({ message }: EngineRefusal): boolean {
  return message.includes("equal or smaller than the target stream top item");
}
