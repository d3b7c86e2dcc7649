import {
  type AppendWaiter,
  decodeEntry,
  encodeEntry,
  type GroupEntry,
  isSharedStore,
  type LogRecord,
  PositionTakenError,
  type RegistryEntry,
  type SnapshotEntry,
  type TimerOutput,
  type TrimOutput,
} from "@countersign/relay";

import type { StoreError } from "../failure.ts";
import { logFailure } from "../log.ts";
import type { AnswerOutput, Machine, Output, Surroundings } from "./machine.ts";
import { type Asker, OwnEntry } from "./own-entry.ts";
import { Timers } from "./timers.ts";

/** An entry as it is appended. */
export interface Appending<Entry> {
  readonly entry: Entry | SnapshotEntry;
  /** The entry as `encodeEntry` writes it, where that is known already. */
  readonly text?: string;
}

/** Entries in a row without a pause. Then one is made, because only in a pause can the log be shortened. */
const RUN = 4_096;

/** Milliseconds until another snapshot is tried where another node was quicker. */
const LATE = 1_000;

/** Seconds until an entry of a timer is tried again that the store did not take. */
const RETRY = 60;

/**
 * Runs one machine over its log: appends commands, applies what comes back, hands each caller its answer, keeps the
 * timers, and shortens the log.
 */
export class LogHost<Entry extends GroupEntry | RegistryEntry, Answer, News extends { readonly type: string }> {
  readonly #name: string;
  readonly #machine: Machine<Entry, Answer, News>;
  readonly #surroundings: Surroundings;
  readonly #timers: Timers;
  #underway = 0;
  /** Entries since the last pause. */
  #run = 0;
  /** What is to be appended after the pause that is due. */
  #held: (() => void)[] = [];
  /** Whether a snapshot came too late a moment ago. */
  #isLate = false;
  #isClosed = false;

  constructor(name: string, machine: Machine<Entry, Answer, News>, surroundings: Surroundings) {
    this.#name = name;
    this.#machine = machine;
    this.#surroundings = surroundings;
    this.#timers = new Timers(surroundings.clock);
  }

  /** Whether nothing is on its way to the log. */
  get isIdle(): boolean {
    return this.#underway === 0 && this.#held.length === 0;
  }

  /** Applies an entry of before the relay was started. Answers whether it is one. */
  replay({ position, entry: text }: LogRecord): boolean {
    const entry = decodeEntry<Entry>(text);
    if (entry === undefined) return false;
    this.#machine.apply(position, entry);
    return true;
  }

  /** Begins with the timers, once the whole log is applied. */
  start(): void {
    for (const timer of this.#machine.timers()) this.arm(timer);
  }

  /**
   * Appends a command. Resolves when it is durable, with what the machine answered, undefined if nothing; rejects with
   * `StoreError`, and then it has no effect.
   */
  append(entry: Entry | SnapshotEntry): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => this.order({ entry }, { answered: resolve, failed: reject }));
  }

  /** The same for what is appended often: without a promise. */
  order(appending: Appending<Entry>, asker: Asker<Answer>): void {
    if (this.#run < RUN) this.#append(appending, asker);
    else this.#held.push(() => this.#append(appending, asker));
  }

  /** Applies an entry that has come back from the log; `waiter` is who waits for it if this node has appended it. */
  hear({ position, entry: text }: LogRecord, waiter: AppendWaiter | undefined): void {
    // What this node has made need not be read again.
    const own = waiter instanceof OwnEntry ? (waiter as OwnEntry<Entry, Answer>) : undefined;
    const entry = own?.entry ?? decodeEntry<Entry>(text);
    if (entry === undefined) return;
    for (const output of this.#machine.apply(position, entry)) {
      if (output.type === "answer" || output.type === "reply") {
        // Who has appended it at another node is told there.
        if (own !== undefined) own.answer = (output as AnswerOutput<Answer>).answer;
      } else if (own !== undefined || output.type !== "trim") this.#carryOut(output, entry);
    }
  }

  /** An entry is on its way no more. */
  settled(): void {
    this.#underway--;
    if (this.#underway > 0) return;
    this.#run = 0;
    const held = this.#held;
    this.#held = [];
    this.#rest(held.length === 0);
    for (const append of held) append();
  }

  arm({ key, after, entry }: TimerOutput<Entry>): void {
    if (this.#isClosed) return;
    const lateness = this.#surroundings.lateness?.() ?? 0;
    this.#timers.set(key, after * 1_000 + lateness, () => this.insist(key, entry));
  }

  disarm(key: string): void {
    this.#timers.cancel(key);
  }

  /** Appends an entry that nobody waits for; if the store does not take it, again later, in the place of `key`'s timer. */
  insist(key: string, entry: Entry): void {
    this.append(entry).catch(() => this.arm({ type: "timer", key, after: RETRY, entry }));
  }

  close(): void {
    this.#isClosed = true;
    this.#timers.clear();
  }

  #append({ entry, text = encodeEntry(entry) }: Appending<Entry>, asker: Asker<Answer>): void {
    // Entries of both kinds may be snapshots.
    const own = new OwnEntry<Entry, Answer>(entry as Entry, { asker, host: this });
    this.#underway++;
    this.#run++;
    const { store } = this.#surroundings;
    // Where others append, too, one that would be void is not written at all.
    if (entry.type === "snapshot" && isSharedStore(store)) {
      store.appendAt(this.#name, { position: entry.position + 1, entry: text }, own);
    } else store.append(this.#name, text, own);
  }

  #carryOut(output: Output<Entry, Answer> | News, entry: Entry): void {
    const asked = output as Exclude<Output<Entry, Answer>, AnswerOutput<Answer>>;
    switch (asked.type) {
      case "timer":
        this.arm(asked);
        break;
      case "cancel":
        this.disarm(asked.key);
        break;
      case "trim":
        this.#trim(asked);
        break;
      default:
        this.#machine.tell(output as News, entry);
    }
  }

  #trim({ before, keep }: TrimOutput): void {
    this.#surroundings.store
      .trim(this.#name, before, keep)
      .catch((error: unknown) => this.#complain(error, "a log could not be trimmed"));
  }

  /** In a pause. A snapshot counts only if nothing comes between it and the state that it holds. */
  #rest(isIdle: boolean): void {
    const excess = this.#surroundings.store.isVolatile ? this.#machine.excess() : undefined;
    if (excess !== undefined) this.#trim(excess);
    const snapshot = this.#isLate ? undefined : this.#machine.snapshot();
    if (snapshot === undefined) {
      if (isIdle) this.#machine.idle();
      return;
    }
    this.append(snapshot).catch((error: StoreError) => {
      if (error.cause instanceof PositionTakenError) this.#waitForPause();
      else this.#complain(error, "a snapshot could not be written");
    });
  }

  /** Another node was quicker: there will be a pause of all of them, and snapshots are not cheap to make. */
  #waitForPause(): void {
    this.#isLate = true;
    this.#surroundings.clock.after(LATE, () => {
      this.#isLate = false;
    });
  }

  #complain(error: unknown, message: string): void {
    logFailure(this.#surroundings.log, error, { message });
  }
}
