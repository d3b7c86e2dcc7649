import { isMainThread, parentPort, Worker as Thread, type WorkerOptions, workerData } from "node:worker_threads";

export { isMainThread, parentPort, workerData };

/** A thread whose disk refuses what `refuseWritesInThreads` says. Stands in for that of `node:worker_threads`. */
export class Worker extends Thread {
  constructor(script: string | URL, options: WorkerOptions) {
    const hook = new URL("refused-writes.ts", import.meta.url).href;
    super(script, { ...options, execArgv: [...process.execArgv, "--import", hook] });
  }
}
