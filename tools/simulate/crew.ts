import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addCounts, type Counts } from "./counts.ts";
import type { News, Order } from "./orders.ts";
import type { Planted } from "./world/planted.ts";

/** Everything that workers tell of one kind. */
export interface Played {
  readonly counts: Counts;
  /** Ms of all workers together. */
  readonly ms: number;
  readonly faulty: readonly { readonly seed: number; readonly faults: readonly string[] }[];
}

/** Ms after which a run that does not end is ended. */
const LONGEST_RUN = 120_000;

/** A process that plays; another one, where a run has ended it. */
export class Worker {
  private readonly planted: Planted | undefined;
  private process: ChildProcess;

  /** With a fault in its sources, if one is given. */
  constructor(planted?: Planted) {
    this.planted = planted;
    this.process = start(planted);
  }

  /** Has an order carried out. A worker that dies of a run, or that none ends for, has found something, too. */
  carryOut(order: Order): Promise<Played> {
    const faulty: { seed: number; faults: readonly string[] }[] = [];
    let seed = order.first;
    if (!this.process.connected) this.process = start(this.planted);
    return new Promise((resolve) => {
      const watchdog = setTimeout(() => this.process.kill("SIGKILL"), LONGEST_RUN);
      const over = (counts: Counts, ms: number) => {
        clearTimeout(watchdog);
        this.process.off("message", listen);
        this.process.off("exit", died);
        resolve({ counts, ms, faulty });
      };
      const died = () => {
        faulty.push({ seed, faults: ["the run never ended, or ended its process"] });
        over({}, 0);
      };
      const listen = (news: News) => {
        if (news.type === "done") over(news.counts, news.ms);
        else if (news.type === "fault") faulty.push(news);
        else {
          ({ seed } = news);
          watchdog.refresh();
        }
      };
      this.process.once("exit", died);
      this.process.on("message", listen);
      this.process.send(order);
    });
  }

  end(): void {
    if (this.process.connected) this.process.disconnect();
  }
}

function start(planted: Planted | undefined): ChildProcess {
  const env = { ...process.env, ...(planted === undefined ? {} : { COUNTERSIGN_PLANTED: JSON.stringify(planted) }) };
  return fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), {
    env,
    stdio: ["ignore", 1, planted ? "ignore" : 2, "ipc"],
  });
}

/** Has seeds of one kind played by all workers, each every so many of them. */
export async function playAll(
  workers: readonly Worker[],
  order: Pick<Order, "flags" | "first" | "below">,
): Promise<Played> {
  const parts = await Promise.all(
    workers.map((worker, i) =>
      worker.carryOut({ ...order, first: order.first + i, step: workers.length, endsEarly: false }),
    ),
  );
  const counts: Counts = {};
  for (const part of parts) addCounts(counts, part.counts);
  const faulty = parts.flatMap((part) => part.faulty).toSorted((a, b) => a.seed - b.seed);
  return { counts, ms: parts.reduce((sum, { ms }) => sum + ms, 0), faulty };
}
