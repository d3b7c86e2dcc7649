import type { AppendWaiter } from "@countersign/relay";

/** Entries that are appended together: one behind the other, or not at all. */
export interface Batch {
  /** The number of its last entry among all that this store has appended, by which the engine knows it again. */
  number: number;
  /** The position that it has to get, undefined for the next one. */
  readonly at: number | undefined;
  readonly entries: string[];
  readonly waiters: AppendWaiter[];
  size: number;
}

/** Something else that is done when its turn comes. */
export interface Task {
  run(): Promise<void>;
  /** It will not be run. */
  drop(error: Error): void;
}

export type Step = Batch | Task;

/** Entries and characters of a batch: others wait for the engine while it works on one. */
const [MAX_ENTRIES, MAX_SIZE] = [256, 512 * 1_024];

/** What is to be done with one log, in the order in which it was asked for; one step at a time. */
export class LogLine {
  readonly log: string;
  readonly #steps: Step[] = [];
  /** Resolves when nothing is to be done any more; undefined until it is begun with. */
  done: Promise<void> | undefined;

  constructor(log: string) {
    this.log = log;
  }

  /** Puts an entry behind those that wait already. `number`: of the entry among all of this store. */
  append(
    entry: string,
    waiter: AppendWaiter,
    { number, at }: { readonly number: number; readonly at?: number | undefined },
  ): void {
    const last = this.#steps.at(-1);
    if (at === undefined && last !== undefined && isBatch(last) && hasRoom(last)) {
      last.entries.push(entry);
      last.waiters.push(waiter);
      last.number = number;
      last.size += entry.length;
    } else this.#steps.push({ number, at, entries: [entry], waiters: [waiter], size: entry.length });
  }

  add(task: Task): void {
    this.#steps.push(task);
  }

  next(): Step | undefined {
    return this.#steps.shift();
  }

  /** Gives up on the entries that nothing was done for yet. */
  refuse(error: Error): void {
    for (const step of this.#steps.splice(0)) {
      if (isBatch(step)) for (const waiter of step.waiters) waiter.failed(error);
      else this.#steps.push(step);
    }
  }

  /** Gives up on everything that nothing was done for yet. */
  drop(error: Error): void {
    this.refuse(error);
    for (const step of this.#steps.splice(0)) if (!isBatch(step)) step.drop(error);
  }
}

/** Whether a step appends. */
export function isBatch(step: Step): step is Batch {
  return "entries" in step;
}

function hasRoom({ at, entries, size }: Batch): boolean {
  return at === undefined && entries.length < MAX_ENTRIES && size < MAX_SIZE;
}
