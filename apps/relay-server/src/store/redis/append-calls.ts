import { seedOf } from "../checksum.ts";
import { type Durability, waitFor } from "./durability.ts";
import { type Engine, EngineRefusal, type Reply } from "./engine.ts";
import type { Keys } from "./keys.ts";
import type { Batch } from "./log-line.ts";
import { checksumOf } from "./record-text.ts";
import { appendScript, run } from "./scripts.ts";

/** What has become of a batch, and what was answered to those who wait for it to be durable. */
export interface Appended {
  /** The position of the last entry; undefined if the batch did not get the one that it wanted. */
  readonly position: number | undefined;
  readonly durability: readonly Reply[];
}

interface Waiting {
  readonly log: string;
  readonly batch: Batch;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

interface Calls {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly durability: Durability;
  readonly life: number;
  readonly writer: string;
}

/** Entries and characters of one call: the engine does nothing else meanwhile. */
const [MAX_ENTRIES, MAX_SIZE] = [512, 1_024 * 1_024];

/**
 * Sends batches of several logs as one command. An engine that syncs does so after each 16 KiB that it reads, if these
 * have brought a whole command; so one large command is one sync, and many small ones are many.
 */
export class AppendCalls {
  readonly #calls: Calls;
  #waiting: Waiting[] = [];
  #isDue = false;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Sends a batch at the end of this turn of the event loop. Rejects like `run`, of one log that is refused as well. */
  add(log: string, batch: Batch): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ log, batch, resolve, reject });
      if (this.#isDue) return;
      this.#isDue = true;
      setImmediate(() => this.flush());
    });
  }

  /** Sends now what was added. */
  flush(): void {
    this.#isDue = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    while (waiting.length > 0) void this.#send(waiting.splice(0, this.#together(waiting)));
  }

  /** How many batches go in one call. */
  #together(waiting: readonly Waiting[]): number {
    if (!this.#calls.engine.isOne) return 1;
    let [entries, size, count] = [0, 0, 0];
    for (const { batch } of waiting) {
      entries += batch.entries.length;
      size += batch.size;
      if (count > 0 && (entries > MAX_ENTRIES || size > MAX_SIZE)) break;
      count++;
    }
    return count;
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    const { engine, keys, durability, life, writer } = this.#calls;
    const args: (string | number)[] = [writer, life];
    for (const { log, batch } of waiting) {
      args.push(batch.number, batch.at ?? "", keys.channelOf(log), batch.entries.length);
      const seed = seedOf(log);
      for (const entry of batch.entries) args.push(checksumOf(seed, entry), entry);
    }
    const call = { keys: waiting.flatMap(({ log }) => keys.ofLog(log)), args, further: waitFor(durability) };
    try {
      const [results, ...rest] = await run(engine, appendScript, call);
      for (const [i, { resolve, reject }] of waiting.entries()) {
        const [result, told = ""] = (results as [string, string?][])[i] ?? [];
        if (result === "refused") reject(new EngineRefusal(told));
        else resolve({ position: result === "taken" ? undefined : Number(told), durability: rest });
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
