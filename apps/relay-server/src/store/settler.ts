import type { DatabaseSync } from "node:sqlite";
import type { Bundles, IsLiving } from "./bundles.ts";
import type { Changes } from "./changes.ts";
import type { Journal } from "./journal.ts";
import type { StoredLogs } from "./stored-logs.ts";

/** Bytes of the journal that are taken over at once: a millisecond or two if all of it lives. */
const STEP = 512 * 1024;
const LEAST_STEPS = 8;
/** How much more than full a file may be where much of it lives, because with time less of it will. */
const MUCH_MORE = 4;

interface SettlerOptions {
  readonly database: DatabaseSync;
  /** Takes back what a transaction that failed has changed. */
  readonly changes: Changes;
  readonly journal: Journal;
  readonly bundles: Bundles;
  readonly logs: StoredLogs;
  readonly isLiving: IsLiving;
}

/**
 * Takes over what lives in the full file of the journal while the other one fills, a little after each transaction, so
 * that nobody waits for all of it.
 */
export class Settler {
  readonly #changes: Changes;
  readonly #journal: Journal;
  readonly #bundles: Bundles;
  readonly #logs: StoredLogs;
  readonly #isLiving: IsLiving;
  readonly #turned;
  /** The bundles of the full file, and how many of them were looked at. */
  #bundlesOfTurn: readonly number[] = [];
  #done = 0;
  /** Bytes of the full file. */
  #length = 0;
  /** Rows of logs that have to be written before the file is used again, and how many these were. */
  #rowsLeft = 0;
  #rows = 0;
  #isUnderWay = false;

  constructor({ database, changes, journal, bundles, logs, isLiving }: SettlerOptions) {
    this.#changes = changes;
    this.#journal = journal;
    this.#bundles = bundles;
    this.#logs = logs;
    this.#isLiving = isLiving;
    this.#turned = database.prepare("UPDATE journal SET epoch = ?");
  }

  /** Whether there is a full file of which something may have to be taken over. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Whether the file that fills is a step ahead of what was taken over of the full one. */
  get isDue(): boolean {
    const { length, full } = this.#journal;
    const step = Math.min(STEP, full / LEAST_STEPS);
    return this.#isUnderWay && this.#done <= (this.#bundlesOfTurn.length * (length - step)) / this.#length;
  }

  /** Whether it is time to go on in the other file. */
  get isTimeToTurn(): boolean {
    const { length, full } = this.#journal;
    return length >= MUCH_MORE * full || (length >= full && !this.#isUnderWay && !this.#bundles.isAliveAhead);
  }

  /** Goes on in the other file; everything of this one is to be taken over now. */
  turn(): void {
    this.#length = this.#journal.length;
    this.#journal.turn();
    this.#bundlesOfTurn = this.#bundles.ahead();
    this.#done = 0;
    this.#rows = this.#logs.unsettled;
    this.#rowsLeft = this.#rows;
    this.#isUnderWay = true;
  }

  /** Takes over as much as the other file has, or all of it. To be called within a transaction. */
  settle({ isAll }: { readonly isAll: boolean }): void {
    const [done, rowsLeft, { length }] = [this.#done, this.#rowsLeft, this.#bundlesOfTurn];
    this.#changes.note(() => {
      this.#done = done;
      this.#rowsLeft = rowsLeft;
      this.#isUnderWay = true;
    });
    const end = isAll ? length : Math.min(length, Math.ceil((length * this.#journal.length) / this.#length));
    for (; this.#done < end; this.#done++) this.#bundles.settle(this.#bundlesOfTurn[this.#done] ?? 0, this.#isLiving);
    this.#bundles.bury();
    const isLast = this.#done === length;
    const rows = isLast ? rowsLeft : Math.min(rowsLeft, Math.ceil((this.#rows * (end - done)) / length));
    this.#logs.settle(rows);
    this.#rowsLeft -= rows;
    if (!isLast) return;
    this.#turned.run(this.#journal.epoch);
    this.#isUnderWay = false;
  }
}
