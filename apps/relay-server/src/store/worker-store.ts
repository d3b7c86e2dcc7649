import type { Worker } from "node:worker_threads";
import {
  type AppendWaiter,
  DamagedLogError,
  type LogListener,
  type LogRecord,
  type LogStore,
} from "@countersign/relay";
import type { Clock, Timer } from "../clock.ts";
import { StoreError } from "../failure.ts";
import type { Meter } from "../observe/meter.ts";
import { type Batch, Count, type Done, type Outcome, type Report } from "./batch.ts";
import { BatchWriter } from "./batch-writer.ts";
import { Gathering } from "./gathering.ts";
import { isFailure, type Order, type Orders, type Waiter } from "./orders.ts";
import { PortionReader } from "./portion-reader.ts";

interface Surroundings {
  readonly meter: Pick<Meter, "committed" | "storeFailed">;
  readonly clock: Clock;
  readonly broken: (error: Error) => void;
}

/** Milliseconds until a store that could not write is tried again, if nobody else does. */
const RETRY = 1_000;

/** The part of the store in the thread of the relay: gathers what is ordered, and tells what came of it. */
export class WorkerStore implements LogStore {
  readonly isVolatile = false;
  readonly #worker: Worker;
  readonly #counts: Int32Array;
  readonly #surroundings: Surroundings;
  readonly #listeners = new Set<LogListener>();
  readonly #exited: Promise<void>;
  readonly #writer = new BatchWriter();
  readonly #gathering: Gathering;
  #underWay: Orders | undefined;
  #scan: PortionReader | undefined;
  /** Why nothing is taken any more. */
  #end: StoreError | undefined;
  #closing: Promise<void> | undefined;
  #retry: Timer | undefined;

  constructor(worker: Worker, counts: Int32Array, surroundings: Surroundings) {
    this.#worker = worker;
    this.#counts = counts;
    this.#surroundings = surroundings;
    this.#gathering = new Gathering(surroundings.clock, () => {
      if (this.#underWay === undefined) this.#flush();
    });
    let failure: Error | undefined;
    worker.on("message", (report: Report) => this.#hear(report));
    worker.on("error", (error) => {
      failure = error;
    });
    this.#exited = new Promise((resolve) => {
      worker.once("exit", () => {
        if (this.#closing === undefined || this.#underWay !== undefined) this.#break(failure);
        resolve();
      });
    });
  }

  append(log: string, entry: string, waiter: AppendWaiter): void {
    // An append comes to nothing else than a position.
    this.#order(log, entry, waiter as Waiter);
  }

  read(log: string, after: number, max: number): Promise<readonly LogRecord[]> {
    return this.#promise(log, { type: "read", after, max }) as Promise<readonly LogRecord[]>;
  }

  async scan(visit: LogListener): Promise<ReadonlySet<string>> {
    if (this.#scan !== undefined) throw new StoreError("a scan is under way");
    this.#scan = new PortionReader(this.#counts, visit);
    try {
      return (await this.#promise("", { type: "scan" })) as ReadonlySet<string>;
    } finally {
      this.#scan = undefined;
    }
  }

  subscribe(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async trim(log: string, before: number, keep: readonly number[] = []): Promise<void> {
    await this.#promise(log, { type: "trim", before, keep });
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#exited;
      this.#retry?.cancel();
      this.#end ??= new StoreError("the store is closed");
      if (this.#underWay === undefined) this.#flush();
    }
    return this.#closing;
  }

  #promise(log: string, order: Order): Promise<Outcome> {
    return new Promise((resolve, reject) => this.#order(log, order, { stored: resolve, failed: reject }));
  }

  #order(log: string, order: Order, waiter: Waiter): void {
    const end = this.#end;
    if (end !== undefined) return queueMicrotask(() => waiter.failed(end));
    this.#gathering.add(log, order, waiter);
    if (this.#underWay === undefined) this.#gathering.watch();
  }

  /** Gives the worker what was gathered. While it works and the disk syncs, more of it gathers. */
  #flush(): void {
    if (!this.#gathering.isEmpty) {
      const orders = this.#gathering.take();
      this.#underWay = orders;
      this.#say(this.#writer.write(orders));
    } else if (this.#closing !== undefined) {
      this.#say(null);
    }
  }

  /** The worker does not listen, it waits: that is half the way to it. */
  #say(batch: Batch | null): void {
    this.#worker.postMessage(batch);
    Atomics.add(this.#counts, Count.said, 1);
    Atomics.notify(this.#counts, Count.said);
  }

  #hear(report: Report): void {
    if (report.type === "portion") return this.#scan?.read(report.portion);
    const orders = this.#underWay;
    if (report.type !== "done" || orders === undefined) return;
    this.#underWay = undefined;
    if (this.#gathering.isPlenty || this.#closing !== undefined) this.#flush();
    this.#tell(orders, report.done);
    if (this.#underWay === undefined && !this.#gathering.isEmpty) this.#gathering.watch();
  }

  /** Tells first the listeners and then who ordered it, in the order in which it was done. */
  #tell({ logs, orders, waiters }: Orders, { outcomes, seconds, failed }: Done): void {
    if (failed) this.#failed(outcomes.find(isFailure)?.failure ?? "");
    else if (seconds !== undefined) {
      this.#retry?.cancel();
      this.#retry = undefined;
      this.#gathering.took(seconds);
      this.#surroundings.meter.committed(orders.length, seconds);
    }
    for (let i = 0; i < outcomes.length; i++) {
      const outcome = outcomes[i] ?? null;
      const entry = orders[i];
      if (isFailure(outcome)) {
        waiters[i]?.failed(outcome.damaged ? new DamagedLogError(outcome.failure) : new StoreError(outcome.failure));
        continue;
      }
      if (typeof outcome === "number" && typeof entry === "string") {
        const record = { position: outcome, entry };
        for (const listener of this.#listeners) listener(logs[i] ?? "", record, waiters[i]);
      }
      waiters[i]?.stored(outcome);
    }
  }

  #failed(reason: string): void {
    this.#surroundings.meter.storeFailed(reason);
    this.#retry?.cancel();
    if (this.#closing !== undefined) return;
    this.#retry = this.#surroundings.clock.after(RETRY, () => {
      this.#promise("", { type: "probe" }).catch(() => undefined);
    });
  }

  /** Nobody knows what has become of what was under way, so it is not told that it is durable, and never will be. */
  #break(cause: Error | undefined): void {
    const error = new StoreError(`the thread of the store has ended: ${cause?.message ?? "without a reason"}`, {
      cause,
    });
    this.#end = error;
    this.#retry?.cancel();
    const waiters = [...(this.#underWay?.waiters ?? []), ...this.#gathering.take().waiters];
    this.#underWay = undefined;
    for (const waiter of waiters) waiter.failed(error);
    this.#surroundings.meter.storeFailed(error.message);
    this.#surroundings.broken(error);
  }
}
