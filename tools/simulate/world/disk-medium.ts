import type { AppendWaiter, LogListener, LogRecord } from "@countersign/relay";
import type { SeededRandom } from "@countersign/testkit";
import { type Medium, type Opened, type Storage, Written } from "./medium.ts";
import type { Trace } from "./trace.ts";
import type { Turns } from "./turns.ts";

export interface MediumOptions {
  readonly turns: Turns;
  readonly random: SeededRandom;
  readonly storage: Storage;
  readonly trace: Trace;
}

interface Append {
  readonly type: "append";
  readonly log: string;
  readonly entry: string;
  readonly waiter: AppendWaiter;
}

type Operation = Append | { readonly type: "other"; readonly run: () => void };

/** Characters of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;
/** How often a commit takes much longer than others. */
const STALLS = 0.03;

/**
 * The disk of one relay. Writes are committed in groups, late, all or none of a group; a process that is killed in a
 * commit leaves all of it, a part of it from its beginning on, or nothing, and never hears which.
 */
export class DiskMedium implements Medium {
  readonly written = new Written();
  readonly logs = new Map<string, { last: number; records: LogRecord[] }>();
  private readonly options: MediumOptions;

  constructor(options: MediumOptions) {
    this.options = options;
  }

  connect(): Opened {
    const { turns, random } = this.options;
    const listeners = new Set<LogListener>();
    let waiting: Operation[] = [];
    let underway: Operation[] = [];
    let isDead = false;
    const begin = () => {
      underway = waiting;
      waiting = [];
      turns.after(this.takes(), () => {
        if (isDead) return;
        const batch = underway;
        underway = [];
        this.commit(batch, listeners);
        if (waiting.length > 0 && underway.length === 0) begin();
      });
    };
    const order = (operation: Operation) => {
      if (isDead) return;
      waiting.push(operation);
      if (waiting.length > 1 || underway.length > 0) return;
      turns.atEnd(() => {
        if (underway.length === 0 && waiting.length > 0) begin();
      });
    };
    const promise = <T>(run: () => T): Promise<T> =>
      new Promise((resolve) => order({ type: "other", run: () => resolve(run()) }));
    return {
      store: {
        isVolatile: false,
        append: (log, entry, waiter) => order({ type: "append", log, entry, waiter }),
        read: (log, after, max) => promise(() => this.read(log, after, max)),
        scan: (visit) =>
          promise(() => {
            for (const [log, { records }] of this.logs) for (const record of records) visit(log, record);
            return new Set<string>();
          }),
        subscribe(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        trim: (log, before, keep = []) => promise(() => this.trim(log, before, keep)),
        close: () => promise(() => listeners.clear()),
      },
      kill: () => {
        isDead = true;
        const left = random.pick([0, underway.length, random.integer(underway.length + 1)]);
        for (const operation of underway.slice(0, left)) if (operation.type === "append") this.put(operation);
      },
    };
  }

  private takes(): number {
    const { turns, random, storage } = this.options;
    const stalls = turns.ms < storage.untilMs && random.chance(STALLS);
    return random.integer((stalls ? storage.stallMs : storage.delayMs) + 1);
  }

  private commit(batch: readonly Operation[], listeners: ReadonlySet<LogListener>): void {
    const { turns, random, storage, trace } = this.options;
    const fails = turns.ms < storage.untilMs && random.chance(storage.failing);
    trace.note("commit", `${batch.length}${fails ? " fails" : ""}`);
    for (const operation of batch) {
      if (operation.type === "other") operation.run();
      else if (fails) operation.waiter.failed(new Error("the medium does not write"));
      else {
        const record = this.put(operation);
        for (const listener of listeners) listener(operation.log, record, operation.waiter);
        operation.waiter.stored(record.position);
      }
    }
  }

  private put({ log, entry }: Append): LogRecord {
    const kept = this.logs.get(log) ?? { last: 0, records: [] };
    this.logs.set(log, kept);
    const record = { position: ++kept.last, entry };
    kept.records.push(record);
    this.written.note(entry);
    return record;
  }

  private read(log: string, after: number, max: number): readonly LogRecord[] {
    const found: LogRecord[] = [];
    let size = 0;
    for (const record of this.logs.get(log)?.records ?? []) {
      if (record.position <= after) continue;
      if (found.length === max || size >= READ_SIZE) break;
      found.push(record);
      size += record.entry.length;
    }
    return found;
  }

  private trim(log: string, before: number, keep: readonly number[]): void {
    const kept = this.logs.get(log);
    if (kept === undefined) return;
    const positions = new Set(keep);
    kept.records = kept.records.filter(({ position }) => position >= before || positions.has(position));
    if (kept.records.length === 0) this.logs.delete(log);
  }
}
