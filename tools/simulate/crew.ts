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

/** A process that plays. */
export class Worker {
  private readonly process: ChildProcess;

  /** With a fault in its sources, if one is given. */
  constructor(planted?: Planted) {
    const env = { ...process.env, ...(planted === undefined ? {} : { COUNTERSIGN_PLANTED: JSON.stringify(planted) }) };
    this.process = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), {
      env,
      stdio: ["ignore", 1, planted ? "ignore" : 2, "ipc"],
    });
  }

  /** Has an order carried out. A worker that dies of it has found something, too: its last seed is not known. */
  carryOut(order: Order): Promise<Played> {
    const faulty: { seed: number; faults: readonly string[] }[] = [];
    return new Promise((resolve) => {
      const died = () => {
        faulty.push({ seed: order.first, faults: ["a worker has died of one of the runs from this one on"] });
        resolve({ counts: {}, ms: 0, faulty });
      };
      this.process.once("exit", died);
      const listen = (news: News) => {
        if (news.type === "fault") faulty.push(news);
        else {
          this.process.off("message", listen);
          this.process.off("exit", died);
          resolve({ counts: news.counts, ms: news.ms, faulty });
        }
      };
      this.process.on("message", listen);
      this.process.send(order);
    });
  }

  end(): void {
    this.process.disconnect();
  }
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
