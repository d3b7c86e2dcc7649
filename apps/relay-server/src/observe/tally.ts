import { Durations } from "./durations.ts";
import {
  type CloseReason,
  closeReasons,
  type DropReason,
  dropReasons,
  type Meter,
  type PaceScope,
  paceScopes,
  type RefusalReason,
  refusalReasons,
} from "./meter.ts";

/** How often each of a fixed list of things has happened. */
export type Counts<Name extends string> = Record<Name, number>;

/** What has gone through the connections of one dialect. */
export interface Traffic {
  opened: number;
  receivedMessages: number;
  receivedBytes: number;
  sentMessages: number;
  sentBytes: number;
  deliveredEvents: number;
  readonly closed: Counts<CloseReason>;
  readonly dropped: Counts<DropReason>;
  /** By method. */
  readonly calls: ReadonlyMap<string, Calls>;
}

/** Calls of one method. */
export interface Calls {
  /** From reading them to their answers. */
  readonly durations: Durations;
  readonly outcomes: Map<string, number>;
}

const UNKNOWN = "unknown";
/** What a call may come to; nothing else becomes a label. */
const OUTCOME = /^(?:ok|-32\d{3}|relay\.[a-z-]{1,32})$/;

/**
 * The meter of a relay: numbers that only go up, as plain ones because some do so for every frame. Names that are on no
 * list are counted as unknown, so that no client can make labels.
 */
export class Tally implements Meter {
  readonly traffic: ReadonlyMap<string, Traffic>;
  readonly refused: Counts<RefusalReason> = zeros(refusalReasons);
  readonly pauses: Counts<PaceScope> = zeros(paceScopes);
  readonly commits = new Durations();
  operations = 0;
  storeFailures = 0;
  damagedGroups = 0;
  readonly #storeChanged: (failure: string | undefined) => void;
  #isStoreFailing = false;
  #lastDialect = "";
  #last: Traffic | undefined;

  /** `dialects`: the methods of each. `storeChanged` hears when the store begins to fail, and when it works again. */
  constructor(
    dialects: Readonly<Record<string, readonly string[]>>,
    storeChanged: (failure: string | undefined) => void,
  ) {
    this.#storeChanged = storeChanged;
    this.traffic = new Map(Object.entries(dialects).map(([dialect, methods]) => [dialect, createTraffic(methods)]));
  }

  /** Whether the last thing that is known of the store is that it failed. */
  get isStoreFailing(): boolean {
    return this.#isStoreFailing;
  }

  connectionOpened(dialect: string): void {
    this.#of(dialect).opened++;
  }

  connectionClosed(dialect: string, reason: CloseReason): void {
    this.#of(dialect).closed[reason]++;
  }

  connectionRefused(reason: RefusalReason): void {
    this.refused[reason]++;
  }

  received(dialect: string, bytes: number): void {
    const traffic = this.#of(dialect);
    traffic.receivedMessages++;
    traffic.receivedBytes += bytes;
  }

  sent(dialect: string, bytes: number, frames: number): void {
    const traffic = this.#of(dialect);
    traffic.sentMessages += frames;
    traffic.sentBytes += bytes;
  }

  dropped(dialect: string, reason: DropReason): void {
    this.#of(dialect).dropped[reason]++;
  }

  called(dialect: string, method: string, outcome: string, seconds: number): void {
    const { calls } = this.#of(dialect);
    const of = calls.get(method) ?? calls.get(UNKNOWN);
    if (of === undefined) return;
    const before = of.outcomes.get(outcome);
    const known = before !== undefined || OUTCOME.test(outcome) ? outcome : UNKNOWN;
    of.outcomes.set(known, (before ?? of.outcomes.get(known) ?? 0) + 1);
    of.durations.add(seconds);
  }

  paced(scope: PaceScope): void {
    this.pauses[scope]++;
  }

  delivered(dialect: string, events: number): void {
    this.#of(dialect).deliveredEvents += events;
  }

  committed(operations: number, seconds: number): void {
    if (this.#isStoreFailing) this.#storeChanged(undefined);
    this.#isStoreFailing = false;
    this.operations += operations;
    this.commits.add(seconds);
  }

  storeFailed(reason: string): void {
    if (!this.#isStoreFailing) this.#storeChanged(reason);
    this.#isStoreFailing = true;
    this.storeFailures++;
  }

  damaged(): void {
    this.damagedGroups++;
  }

  #of(dialect: string): Traffic {
    // Asked for ten times for each message, and mostly for the same one.
    if (dialect === this.#lastDialect && this.#last !== undefined) return this.#last;
    const traffic = this.traffic.get(dialect);
    if (traffic === undefined) throw new TypeError(`nobody serves ${dialect}`);
    this.#lastDialect = dialect;
    this.#last = traffic;
    return traffic;
  }
}

function createTraffic(methods: readonly string[]): Traffic {
  return {
    opened: 0,
    receivedMessages: 0,
    receivedBytes: 0,
    sentMessages: 0,
    sentBytes: 0,
    deliveredEvents: 0,
    closed: zeros(closeReasons),
    dropped: zeros(dropReasons),
    calls: new Map([
      ...methods.map((method): [string, Calls] => [method, createCalls([["ok", 0]])]),
      [UNKNOWN, createCalls([])],
    ]),
  };
}

function createCalls(outcomes: readonly (readonly [string, number])[]): Calls {
  return { durations: new Durations(), outcomes: new Map(outcomes) };
}

function zeros<Name extends string>(names: readonly Name[]): Counts<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counts<Name>;
}
