import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Measures what a client waits for its answers, without being one of those that keep the machine busy. */
export class Pulse {
  readonly #thread = new Worker(new URL("./pulse-thread.ts", import.meta.url));

  /** Talks to each of these nodes for so many milliseconds; the milliseconds that its answers took. */
  async measure(urls: readonly string[], ms: number): Promise<readonly number[]> {
    this.#thread.postMessage({ urls, ms });
    const [latencies] = (await once(this.#thread, "message")) as [readonly number[]];
    return latencies;
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }
}
