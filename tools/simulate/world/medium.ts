import type { AppendWaiter, LogListener, LogRecord, LogStore } from "@countersign/relay";
import type { SeededRandom } from "@countersign/testkit";
import type { Trace } from "./trace.ts";
import type { Turns } from "./turns.ts";

/** What a store does to those who write to it. */
export interface Storage {
  /** Ms that a commit takes at most, and sometimes. */
  readonly delayMs: number;
  readonly stallMs: number;
  /** How often a commit fails, as long as things go wrong. */
  readonly failing: number;
  /** Ms from which on nothing goes wrong any more. */
  readonly untilMs: number;
}

/** Who opens it reads and writes; it is gone when its process is, and then knows of nothing. */
interface Opened {
  readonly store: LogStore;
  /** The process is killed. */
  kill(): void;
}

type Operation =
  | { readonly type: "append"; readonly log: string; readonly entry: string; readonly waiter: AppendWaiter }
  | { readonly type: "other"; readonly run: () => void };

/** Characters of a read, beyond which no further record is added. */
const READ_SIZE = 128 * 1024;

/**
 * What stays of a store when its processes are gone. Writes are committed in groups, late, all or none of a group; a
 * process that is killed in a commit leaves all of it, a part of it or nothing, and never hears which.
 */
export class Medium {
  /** Every message that was durable at any time, as `session from cseq`. */
  readonly everDurable = new Set<string>();
  readonly logs = new Map<string, { last: number; records: LogRecord[] }>();
  private readonly written: string[] = [];
  private readonly listeners = new Map<Opened, Set<LogListener>>();
  private readonly turns: Turns;
  private readonly random: SeededRandom;
  private readonly storage: Storage;
  private readonly trace: Trace;

  constructor({
    turns,
    random,
    storage,
    trace,
  }: { turns: Turns; random: SeededRandom; storage: Storage; trace: Trace }) {
    this.turns = turns;
    this.random = random;
    this.storage = storage;
    this.trace = trace;
  }

  /** Whether this stood in anything that was ever written. */
  seen(text: string): boolean {
    return this.written.some((entry) => entry.includes(text));
  }

  /** Opens the store for a process. */
  open(): Opened {
    let waiting: Operation[] = [];
    let underway: Operation[] = [];
    let isDead = false;
    const own = new Set<LogListener>();
    const begin = () => {
      underway = waiting;
      waiting = [];
      this.turns.after(this.takes(), () => {
        if (isDead) return;
        const batch = underway;
        underway = [];
        this.commit(batch, opened);
        if (waiting.length > 0) begin();
      });
    };
    const order = (operation: Operation) => {
      if (isDead) return;
      waiting.push(operation);
      if (waiting.length === 1 && underway.length === 0)
        this.turns.atEnd(() => {
          if (underway.length === 0 && waiting.length > 0) begin();
        });
    };
    const promise = <T>(run: () => T): Promise<T> =>
      new Promise((resolve) => order({ type: "other", run: () => resolve(run()) }));
    const opened: Opened = {
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
          own.add(listener);
          return () => own.delete(listener);
        },
        trim: (log, before, keep = []) => promise(() => this.trim(log, before, keep)),
        close: () => promise(() => own.clear()),
      },
      kill: () => {
        isDead = true;
        this.listeners.delete(opened);
        // Whoever pulls the plug in the middle of a commit finds a part of it, from its beginning on.
        const left = this.random.pick([0, underway.length, this.random.integer(underway.length + 1)]);
        for (const operation of underway.slice(0, left)) {
          if (operation.type === "append") this.tell(operation.log, this.put(operation));
        }
      },
    };
    this.listeners.set(opened, own);
    return opened;
  }

  private takes(): number {
    const { delayMs, stallMs, untilMs } = this.storage;
    const isBad = this.turns.ms < untilMs;
    return isBad && this.random.chance(0.03) ? this.random.integer(stallMs + 1) : this.random.integer(delayMs + 1);
  }

  private commit(batch: readonly Operation[], by: Opened): void {
    const { failing, untilMs } = this.storage;
    const fails = this.turns.ms < untilMs && this.random.chance(failing);
    this.trace.note("commit", `${batch.length}${fails ? " fails" : ""}`);
    for (const operation of batch) {
      if (operation.type === "other") operation.run();
      else if (fails) operation.waiter.failed(new Error("the medium does not write"));
      else {
        const record = this.put(operation);
        this.tell(operation.log, record, { opened: by, waiter: operation.waiter });
        operation.waiter.stored(record.position);
      }
    }
  }

  private put({ log, entry }: { readonly log: string; readonly entry: string }): LogRecord {
    const kept = this.logs.get(log) ?? { last: 0, records: [] };
    this.logs.set(log, kept);
    const record = { position: ++kept.last, entry };
    kept.records.push(record);
    this.written.push(entry);
    const message = /^\{"type":"message","session":"([^"]+)","from":(\d+),"cseq":(\d+)/.exec(entry);
    if (message !== null) this.everDurable.add(message.slice(1).join(" "));
    return record;
  }

  /** Those who have written it hear of it at once, the others by and by. */
  private tell(log: string, record: LogRecord, by?: { readonly opened: Opened; readonly waiter: AppendWaiter }): void {
    for (const [opened, listeners] of this.listeners) {
      if (opened === by?.opened) for (const listener of listeners) listener(log, record, by.waiter);
      else {
        this.turns.after(1, () => {
          for (const listener of listeners) listener(log, record);
        });
      }
    }
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
