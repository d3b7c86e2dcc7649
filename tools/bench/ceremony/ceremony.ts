import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { namedBackends } from "../backends.ts";
import type { Effort } from "../measure.ts";

const script = fileURLToPath(new URL("one-backend.ts", import.meta.url));

/**
 * Whole ceremonies over the relay, split into their parts, with what the primitives alone cost beside them. Each backend
 * has a process of its own: behind a ceremony of a hundred in the same one, to sign with twenty took 1.4 times as long,
 * and with 67 twice.
 */
export async function ceremony({ rounds }: Effort): Promise<readonly string[]> {
  // Whoever interrupts it leaves nothing behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const tables: string[] = [];
  for (const at of namedBackends.keys()) tables.push(...(await measure(at, rounds < 5 ? "quick" : "whole")));
  return [
    "All parties in one process and on one core, as the clients they are, over the relay in a process of its own (in memory). CPU of the parties in ms, all together. *First* is the first ceremony of its size in the process, of three the first of all, whose code is not compiled yet; *CPU* is the median of those that come when it is: of three behind twenty more, of ten behind eight, of thirty behind four; of a hundred that of the only one. The floor is that of the primitives, measured warm: SPAKE2 and Noise for each pair, all steps of FROST, and what each party signs, which each other verifies (in key generation and signing four times each). scrypt, once for each typed code, is left out on both sides. Frames, journals, JSON and the SAS are in no floor. The second four tables are with the add-on `@countersign/noise/sodium`, over its own floor.",
    "Requests and KiB are those that a party sends to the relay. *Steps* are the least that it could send: once for each time that it has to speak because it has heard something, and once for each 64 KiB. A code is made or claimed, a seat taken; each of the three packets of whoever calls and of whoever is called is a step, in rounds of ten, because a code lets ten be called at a time. Then come commitment, nonce and yes of the SAS. A key and a signature are three rounds, a seal and a last word; a re-link is a seat, a key for all, commitment and nonce. Requests above that are receipts.",
    ...tables,
  ];
}

async function measure(backend: number, effort: "quick" | "whole"): Promise<readonly string[]> {
  const run = promisify(execFile)(process.execPath, [script, `${backend}`, effort]);
  run.child.stderr?.pipe(process.stderr);
  const stop = () => run.child.kill();
  process.once("exit", stop);
  try {
    return JSON.parse((await run).stdout) as string[];
  } finally {
    process.off("exit", stop);
  }
}
