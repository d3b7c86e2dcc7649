import { Histogram } from "prom-client";
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
  /** By method and outcome. */
  readonly calls: ReadonlyMap<string, Map<string, number>>;
}

/** Seconds. An acknowledged message is to take at most 25 ms in 99 of 100 cases. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
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
  readonly callSeconds = new Histogram({
    name: "countersign_relay_call_duration_seconds",
    help: "Time from reading a call to its answer, the wait for the disk included.",
    labelNames: ["dialect", "method"],
    buckets,
    registers: [],
  });
  readonly commitSeconds = new Histogram({
    name: "countersign_relay_store_commit_duration_seconds",
    help: "Time that one transaction of the store took until it was durable.",
    buckets,
    registers: [],
  });
  commits = 0;
  operations = 0;
  storeFailures = 0;
  damagedGroups = 0;
  readonly #storeChanged: (failure: string | undefined) => void;
  #isStoreFailing = false;

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
    const name = calls.has(method) ? method : UNKNOWN;
    const outcomes = calls.get(name);
    const known = outcomes?.has(outcome) || OUTCOME.test(outcome) ? outcome : UNKNOWN;
    outcomes?.set(known, (outcomes.get(known) ?? 0) + 1);
    this.callSeconds.observe({ dialect, method: name }, seconds);
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
    this.commits++;
    this.operations += operations;
    this.commitSeconds.observe(seconds);
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
    const traffic = this.traffic.get(dialect);
    if (traffic === undefined) throw new TypeError(`nobody serves ${dialect}`);
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
      ...methods.map((method) => [method, new Map([["ok", 0]])] as const),
      [UNKNOWN, new Map<string, number>()],
    ]),
  };
}

function zeros<Name extends string>(names: readonly Name[]): Counts<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counts<Name>;
}
