import { recordsBehind } from "./kept-records.ts";
import { type AppendWaiter, DamagedLogError, type LogListener, type LogRecord } from "./log-store.ts";
import { type NoticeListener, PositionTakenError, type SharedFacts, type SharedLogStore } from "./shared-log-store.ts";
import { type SaidByNodes, SharedMemoryFacts } from "./shared-memory-facts.ts";

/** A log as all nodes see it. */
export interface SharedLog {
  last: number;
  records: LogRecord[];
}

/** What nodes have in common. */
export interface NodesMemory extends SaidByNodes {
  readonly logs: Map<string, SharedLog>;
  readonly later: (run: () => void, store: SharedLogStore) => void;
  /** Something was appended. */
  wake(log: string): void;
  /** Something was said about a log. */
  spread(log: string, notice: string): void;
  /** A node has closed its view. */
  leave(view: SharedMemoryView): void;
}

interface Following {
  /** The last position that the listeners have heard. */
  heard: number;
  readonly lost: (error: DamagedLogError) => void;
}

/** A shared memory as one node sees it. */
export class SharedMemoryView implements SharedLogStore {
  readonly isVolatile = false;
  readonly facts: SharedFacts;
  readonly #memory: NodesMemory;
  readonly #listeners = new Set<LogListener>();
  readonly #noticeListeners = new Set<NoticeListener>();
  readonly #followed = new Map<string, Following>();
  /** Who waits for an entry of this node. */
  readonly #own = new WeakMap<LogRecord, AppendWaiter>();
  /** What is on its way to the memory, in the order of the calls. */
  readonly #operations: (() => void)[] = [];
  #isCut = false;

  constructor(memory: NodesMemory) {
    this.#memory = memory;
    this.facts = new SharedMemoryFacts(memory, (operation) => this.#promise(operation));
  }

  append(log: string, entry: string, waiter: AppendWaiter): void {
    this.#enqueue(() => this.#append(log, entry, waiter));
  }

  appendAt(log: string, { position, entry }: LogRecord, waiter: AppendWaiter): void {
    this.#enqueue(() => {
      if (position === this.#last(log) + 1) this.#append(log, entry, waiter);
      else waiter.failed(new PositionTakenError("an entry did not get its position"));
    });
  }

  read(log: string, after: number, max: number): Promise<readonly LogRecord[]> {
    return this.#promise(() => recordsBehind(this.#records(log), after, max));
  }

  scan(visit: LogListener): Promise<ReadonlySet<string>> {
    return this.#promise(() => {
      for (const [log, { records }] of this.#memory.logs) for (const record of records) visit(log, record);
      return new Set<string>();
    });
  }

  subscribe(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  follow(log: string, after: number, lost: (error: DamagedLogError) => void): () => void {
    if (this.#followed.has(log)) throw new Error("the log is followed already");
    const following = { heard: after, lost };
    this.#followed.set(log, following);
    this.#enqueue(() => this.pull(log));
    return () => {
      if (this.#followed.get(log) === following) this.#followed.delete(log);
    };
  }

  caughtUp(log: string): Promise<void> {
    return this.#promise(() => this.pull(log));
  }

  notify(log: string, notice: string): void {
    this.#enqueue(() => this.#memory.spread(log, notice));
  }

  onNotice(listener: NoticeListener): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  trim(log: string, before: number, keep: readonly number[] = []): Promise<void> {
    return this.#promise(() => {
      const shared = this.#memory.logs.get(log);
      const kept = new Set(keep);
      if (shared === undefined) return;
      shared.records = shared.records.filter(({ position }) => position >= before || kept.has(position));
    });
  }

  close(): Promise<void> {
    return this.#promise(() => {
      this.cut();
      this.#memory.leave(this);
    });
  }

  /** For the memory: from now on this node orders nothing and hears nothing. */
  cut(): void {
    this.#isCut = true;
    this.#listeners.clear();
    this.#noticeListeners.clear();
    this.#followed.clear();
    this.#operations.length = 0;
  }

  /** For the memory: there may be entries that the listeners have not heard. */
  pull(log: string): void {
    const following = this.#followed.get(log);
    if (following === undefined) return;
    if (this.#last(log) < following.heard) {
      this.#followed.delete(log);
      following.lost(new DamagedLogError("a log has lost its newest entries"));
      return;
    }
    // Who hears an entry may end it.
    while (this.#followed.get(log) === following) {
      const [record] = recordsBehind(this.#records(log), following.heard, 1);
      if (record === undefined) return;
      following.heard = record.position;
      this.#tell(log, record);
    }
  }

  /** For the memory: somebody has said something about a log. */
  hearNotice(log: string, notice: string): void {
    if (this.#followed.has(log)) for (const listener of this.#noticeListeners) listener(log, notice);
  }

  #append(log: string, entry: string, waiter: AppendWaiter): void {
    const kept = this.#memory.logs.get(log) ?? { last: 0, records: [] };
    this.#memory.logs.set(log, kept);
    const record = { position: ++kept.last, entry };
    kept.records.push(record);
    if (this.#followed.has(log)) {
      this.#own.set(record, waiter);
      this.pull(log);
    } else this.#tell(log, record, waiter);
    this.#memory.wake(log);
    waiter.stored(record.position);
  }

  #tell(log: string, record: LogRecord, own = this.#own.get(record)): void {
    for (const listener of this.#listeners) listener(log, record, own);
  }

  #records(log: string): readonly LogRecord[] {
    return this.#memory.logs.get(log)?.records ?? [];
  }

  #last(log: string): number {
    return this.#memory.logs.get(log)?.last ?? 0;
  }

  #promise<T>(operation: () => T): Promise<T> {
    return new Promise((resolve) => this.#enqueue(() => resolve(operation())));
  }

  #enqueue(operation: () => void): void {
    if (this.#isCut) return;
    this.#operations.push(operation);
    // However `later` mixes what it is given, operations keep their order.
    this.#memory.later(() => this.#operations.shift()?.(), this);
  }
}
