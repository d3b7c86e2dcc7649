import { forgetFrames } from "./frame.ts";

let due: (() => void)[] = [];

/** Calls `run` at the end of this turn of the event loop. All that is due then shares one immediate: each costs its own. */
export function atEndOfTurn(run: () => void): void {
  if (due.push(run) === 1) setImmediate(runAll);
}

function runAll(): void {
  const runs = due;
  due = [];
  for (const run of runs) run();
  // Who has made one since is in line again.
  if (due.length === 0) forgetFrames();
}
