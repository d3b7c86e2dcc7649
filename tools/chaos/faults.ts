import type { SeededRandom } from "@countersign/testkit";
import { sleep } from "../reliability/wait.ts";
import type { Engine } from "./engine.ts";
import type { RelayNode } from "./relay-node.ts";

/** What is broken. */
export interface Deployment {
  readonly engine: Engine;
  readonly nodes: readonly RelayNode[];
}

export const faultNames = [
  "node killed",
  "engine killed",
  "node stopped",
  "engine stopped",
  "connections cut",
] as const;
export type FaultName = (typeof faultNames)[number];

/** Milliseconds for which a process stands still. */
const STOPPED = 10_000;
/** Milliseconds for which connections break, to all nodes. */
const CUTTING = 3_000;
/** Connections are cut behind their first byte, their second one, and so on up to this one: then all over again. */
const MOST_BYTES = 4_096;

/** After how many bytes connections were cut: each a byte later than the one before. */
export class Offsets {
  cut = 0;
  readonly next = (): number => (this.cut++ % MOST_BYTES) + 1;
}

/**
 * Breaks something and answers the moment, by the clock of `performance`, from which everybody could be served again:
 * with one node less at once, otherwise when the engine is back or the lines hold. `mended` resolves when all is as it was.
 */
export async function breakOne(
  name: FaultName,
  { deployment: { engine, nodes }, random, offsets }: Breaking,
): Promise<{ readonly since: number; readonly mended: Promise<void> }> {
  const node = random.pick(nodes);
  const since = performance.now();
  switch (name) {
    case "node killed":
      await node.kill();
      return { since, mended: sleep(random.integer(2_000)).then(() => node.restart()) };
    case "engine killed":
      await engine.crash();
      return { since: performance.now(), mended: Promise.resolve() };
    case "node stopped":
      node.signal("SIGSTOP");
      return { since, mended: sleep(STOPPED).then(() => node.signal("SIGCONT")) };
    case "engine stopped":
      engine.signal("SIGSTOP");
      await sleep(STOPPED);
      engine.signal("SIGCONT");
      return { since: performance.now(), mended: Promise.resolve() };
    case "connections cut":
      for (const { proxy } of nodes) {
        proxy.limit(offsets.next);
        proxy.cut();
      }
      await sleep(CUTTING);
      for (const { proxy } of nodes) proxy.limit(undefined);
      return { since: performance.now(), mended: Promise.resolve() };
    default:
      return name satisfies never;
  }
}

export interface Breaking {
  readonly deployment: Deployment;
  readonly random: SeededRandom;
  readonly offsets: Offsets;
}
