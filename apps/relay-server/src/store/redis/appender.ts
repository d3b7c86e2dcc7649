import { DamagedLogError, PositionTakenError } from "@countersign/relay";
import { seedOf } from "../checksum.ts";
import { type Durability, isDurable, waitFor } from "./durability.ts";
import { type Engine, EngineLostError, EngineRefusal, type Reply } from "./engine.ts";
import type { Health } from "./health.ts";
import type { Keys } from "./keys.ts";
import type { Batch } from "./log-line.ts";
import { checksumOf } from "./record-text.ts";
import { appendScript, run } from "./scripts.ts";

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

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Resolves with the position of the first entry when the batch is durable. Rejects if nothing of it was appended, and
   * if the store is closed before that is known.
   *
   * Once the connection was lost nobody knows whether the engine has it. Then the same is sent again until the engine
   * answers: it does not append twice what has the same number.
   */
  async append(log: string, batch: Batch): Promise<number> {
    const { engine, health } = this.#surroundings;
    let isInDoubt = false;
    for (;;) {
      try {
        const replies = await this.#send(log, batch);
        const [result, position] = replies[0] as [string, string?];
        if (result === "taken") throw new PositionTakenError("another entry has the position");
        if (isDurable(this.#surroundings.durability, replies.slice(1))) {
          return Number(position) - batch.entries.length + 1;
        }
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
      await engine.whenReady();
      await health.pause();
    }
  }

  #send(log: string, { number, at, entries }: Batch): Promise<readonly Reply[]> {
    const { engine, keys, durability, life, writer } = this.#surroundings;
    const seed = seedOf(log);
    const args: (string | number)[] = [writer, number, at ?? "", life, keys.channelOf(log)];
    for (const entry of entries) args.push(checksumOf(seed, entry), entry);
    return run(engine, appendScript, { keys: keys.ofLog(log), args, further: waitFor(durability) });
  }
}

/** Whether the engine has a log whose count is lost: its stream knows positions that would be given again. */
function isLostLog({ message }: EngineRefusal): boolean {
  return message.includes("equal or smaller than the target stream top item");
}
