import { Worker } from "node:worker_threads";
import type { LogStore } from "@countersign/relay";
import { type Clock, systemClock } from "../clock.ts";
import { StartError } from "../failure.ts";
import { type Meter, silentMeter } from "../observe/meter.ts";
import { Count, type Report, type WorkerData } from "./batch.ts";
import { prepareDatabaseFile } from "./data-directory.ts";
import { WorkerStore } from "./worker-store.ts";

/** What the store may be told; everything has a default. */
export interface SqliteStoreOptions {
  /** Hears of transactions, and of those that failed. */
  readonly meter?: Pick<Meter, "committed" | "storeFailed">;
  readonly clock?: Clock;
  /** Hears that the store is broken for good. Default: throws in the event loop, which ends the process. */
  readonly broken?: (error: Error) => void;
}

/**
 * The store that survives: one SQLite file, written ahead and synced before anything counts, by a thread of its own. What
 * is ordered while it syncs shares the next transaction. Rejects with `StartError`.
 */
export async function openSqliteStore(directory: string, options: SqliteStoreOptions = {}): Promise<LogStore> {
  const { meter = silentMeter, clock = systemClock, broken = rethrow } = options;
  const data: WorkerData = {
    file: prepareDatabaseFile(directory),
    directory,
    counts: new SharedArrayBuffer(Count.all * Int32Array.BYTES_PER_ELEMENT),
  };
  // From the sources it is a file beside this one, too; the build puts what is shared into another file.
  const script = new URL(import.meta.url.endsWith(".ts") ? "./store-worker.ts" : "./store-worker.js", import.meta.url);
  const worker = new Worker(script, { workerData: data, name: "store" });
  await ready(worker);
  return new WorkerStore(worker, new Int32Array(data.counts), { meter, clock, broken });
}

/** Waits until the worker has opened the database. */
function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new StartError(`the store cannot start: ${error.message}`));
    const exited = () => fail(new Error("its thread has ended"));
    worker.once("error", fail);
    worker.once("exit", exited);
    worker.once("message", (report: Report) => {
      worker.off("error", fail);
      worker.off("exit", exited);
      if (report.type === "unfit") reject(new StartError(report.reason));
      else resolve();
    });
  });
}

function rethrow(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
