import { readFileSync } from "node:fs";
import { Worker } from "../crew.ts";
import { type PlantedFault, plantedFaults } from "./planted-faults.ts";

/** Seeds within which each fault has to be found. */
const MOST = 10_000;
/** Seeds of each that are played where it has to be quick. */
const FEW = 60;

/** Plants each fault in turn, and says which seed finds it. */
export async function findFaults({
  crew,
  isQuick,
}: {
  readonly crew: number;
  readonly isQuick: boolean;
}): Promise<void> {
  const faults = isQuick ? plantedFaults.filter(({ isSubtle = false }) => !isSubtle) : plantedFaults;
  const began = performance.now();
  const queue = [...faults.entries()];
  let missed = 0;
  const search = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, fault] = next;
      const found = await find(fault, isQuick ? FEW : MOST);
      if (found === undefined) missed += 1;
      const what = found === undefined ? "MISSED   " : `seed ${found.seed}`.padEnd(9);
      process.stdout.write(
        `${what}  ${String(index).padStart(2)}  ${fault.name}${found === undefined ? "" : `: ${found.faults[0]?.slice(0, 120)}`}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: crew }, search));
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`${faults.length - missed} of ${faults.length} planted faults found in ${seconds} s\n`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function find(fault: PlantedFault, below: number) {
  const source = readFileSync(new URL(`../../../${fault.file}`, import.meta.url), "utf8");
  // Else a list that is out of date would pass for a fault that was found.
  if (source.split(fault.find).length !== 2) return undefined;
  const worker = new Worker(fault);
  const { faulty } = await worker.carryOut({ flags: " --relay", first: 0, below, step: 1, endsEarly: true });
  worker.end();
  return faulty[0];
}
