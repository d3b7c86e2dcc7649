import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** How others fared since they were asked the last time. */
export interface Report {
  /** Seconds from sending to hearing, the longest. */
  readonly slowest: number;
  /** Messages that arrived. */
  readonly heard: number;
  /** Connections that ended, since the beginning. */
  readonly lost: number;
  /** Messages that were answered with an error, since the beginning. */
  readonly refused: number;
  /** Messages that nobody has heard, though it is long ago that they were sent. */
  readonly missing: readonly string[];
}

/** Members who do nothing wrong while others do. */
export class Bystanders {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(url: string): Promise<Bystanders> {
    const worker = new Worker(new URL("./bystander-thread.ts", import.meta.url), { workerData: { url } });
    await once(worker, "message");
    return new Bystanders(worker);
  }

  async report(): Promise<Report> {
    const reported = once(this.#worker, "message");
    this.#worker.postMessage("report");
    const [report] = await reported;
    return report as Report;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
