import type { LogListener, LogRecord } from "@countersign/relay";
import type { Surroundings } from "./appender.ts";
import type { Following } from "./following.ts";
import { insist } from "./insist.ts";
import { damaged, type Place, readPortion } from "./portion.ts";

/** Records that are read at once. */
const PORTION = 256;

/** Reads logs for who asks, for those who follow them, and all of them. */
export class Reading {
  readonly #surroundings: Surroundings;
  readonly #following: Following;
  readonly #hear: (log: string, record: LogRecord) => void;

  /** `hear` is called with what others have appended to followed logs. */
  constructor(surroundings: Surroundings, following: Following, hear: (log: string, record: LogRecord) => void) {
    this.#surroundings = surroundings;
    this.#following = following;
    this.#hear = hear;
  }

  /** Rejects with `DamagedLogError` rather than to give what was not appended. */
  async read(log: string, after: number, max: number): Promise<readonly LogRecord[]> {
    const portion = await readPortion(this.#place(log), after, max);
    if (portion.isDamaged) throw damaged();
    return portion.records;
  }

  /** The same as `pull`, if there is anything to read. */
  async pullNews(log: string): Promise<void> {
    if (this.#following.takeNews(log)) await this.pull(log);
  }

  /** Reads what others have appended to a followed log, below a position if one is given, and has it heard. */
  async pull(log: string, below = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      const heard = this.#following.heard(log);
      if (heard === undefined || heard + 1 >= below) return;
      const portion = await readPortion(this.#place(log), heard, Math.min(PORTION, below - heard - 1));
      if (portion.isDamaged || portion.last < heard) {
        this.#following.lose(log);
        throw damaged();
      }
      for (const record of portion.records) {
        if (record.position >= below || this.#following.heard(log) === undefined) return;
        this.#hear(log, record);
      }
      if (!portion.isEnd) continue;
      // What was trimmed meanwhile is not to be heard any more.
      if (portion.last < below) this.#following.hear(log, portion.last);
      return;
    }
  }

  /** Gives every record of every log, and answers which logs are damaged. */
  async scan(visit: LogListener): Promise<ReadonlySet<string>> {
    const { engine, keys } = this.#surroundings;
    const logs = new Set<string>();
    await insist(this.#surroundings, async () => {
      for await (const key of engine.keys(keys.headPattern)) logs.add(keys.logOfHead(key));
    });
    const harmed = new Set<string>();
    for (const log of logs) if (!(await this.#visit(log, visit))) harmed.add(log);
    return harmed;
  }

  /** Answers whether the log is whole. */
  async #visit(log: string, visit: LogListener): Promise<boolean> {
    let isWhole = true;
    for (let after = 0; ; ) {
      const portion = await insist(this.#surroundings, () => readPortion(this.#place(log), after, PORTION));
      if (portion.isDamaged) isWhole = false;
      for (const record of portion.records) visit(log, record);
      if (portion.isEnd) return isWhole;
      after = portion.end;
    }
  }

  #place(log: string): Place {
    const { engine, keys } = this.#surroundings;
    return { engine, keys, log };
  }
}
