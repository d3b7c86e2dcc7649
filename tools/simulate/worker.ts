// Plays what it is told to in a process of its own: seeds of one kind after the other.
import "./world/hooks.ts";
import type { News, Order } from "./orders.ts";

const { addCounts, count } = await import("./counts.ts");
const { players } = await import("./players.ts");

/** One run in so many is played twice. */
const TWICE = 50;

/** What was thrown where nobody waits for it. */
const strays: unknown[] = [];
process.on("unhandledRejection", (error) => strays.push(error));
process.on("uncaughtException", (error) => strays.push(error));

const tell = (news: News) => process.send?.(news);
const place = (error: unknown) => `${(error as Error).stack}`;

async function carryOut({ flags, first, below, step, endsEarly }: Order): Promise<void> {
  const counts = {};
  const began = performance.now();
  for (let seed = first; seed < below; seed += step) {
    tell({ type: "begin", seed });
    const play = () =>
      players[flags](seed, false).catch((error) => ({ faults: [place(error)], counts: {}, digest: "none" }));
    const report = await play();
    const faults = [...report.faults];
    if (report.digest !== undefined && seed % TWICE === 0 && (await play()).digest !== report.digest) {
      faults.push("two runs of this seed are not the same");
    }
    faults.push(...strays.splice(0).map(place));
    count(counts, "runs");
    addCounts(counts, report.counts);
    if (faults.length === 0) continue;
    tell({ type: "fault", seed, faults });
    if (endsEarly) break;
  }
  tell({ type: "done", counts, ms: performance.now() - began });
}

process.on("message", (order: Order) => void carryOut(order));
