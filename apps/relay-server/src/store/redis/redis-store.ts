import { randomBytes } from "node:crypto";
import {
  type AppendWaiter,
  type DamagedLogError,
  type LogListener,
  type LogRecord,
  type NoticeListener,
  PositionTakenError,
  type SharedFacts,
  type SharedLogStore,
} from "@countersign/relay";
import type { Clock } from "../../clock.ts";
import { StoreError } from "../../failure.ts";
import type { Meter } from "../../observe/meter.ts";
import { Appender, type Surroundings } from "./appender.ts";
import { checkDurability, type Durability, proveDurability, tryDurability } from "./durability.ts";
import { accepted, type Engine } from "./engine.ts";
import { RedisFacts } from "./facts.ts";
import { Following } from "./following.ts";
import { Health } from "./health.ts";
import { insist } from "./insist.ts";
import { Keys } from "./keys.ts";
import { type Batch, isBatch, type Step } from "./log-line.ts";
import { LogLines } from "./log-lines.ts";
import { writeRuns } from "./portion.ts";
import { Reading } from "./reading.ts";
import { run, trimScript } from "./scripts.ts";

/** What a store over an engine is told. */
export interface RedisStoreOptions {
  readonly durability: Durability;
  /** With which all keys begin. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly meter: Pick<Meter, "committed" | "storeFailed">;
}

/** Milliseconds that a log is kept after it was written or followed last, so that what nobody comes back for goes. */
const LIFE = 8 * 24 * 3_600_000;

/** Logs in an engine that speaks the protocol of Redis, in common with all nodes that use the same engine and prefix. */
export class RedisStore implements SharedLogStore {
  readonly isVolatile = false;
  readonly facts: SharedFacts;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;
  readonly #appender: Appender;
  readonly #following: Following;
  readonly #listeners = new Set<LogListener>();
  readonly #lines: LogLines;
  readonly #reading: Reading;
  #closing: Promise<void> | undefined;

  /** Rejects with `StartError` if the engine does not do what the mode promises. */
  static async open(engine: Engine, options: RedisStoreOptions): Promise<RedisStore> {
    try {
      await checkDurability(engine, options.durability);
      await proveDurability(engine, options.durability, new Keys(options.prefix).ofRate("probe", ""));
      return new RedisStore(engine, options);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  constructor(engine: Engine, { durability, prefix, clock, meter }: RedisStoreOptions) {
    const keys = new Keys(prefix);
    const probe = async () => {
      // Who answers now need not be who answered before.
      await checkDurability(engine, durability);
      return tryDurability(engine, durability, keys.ofRate("probe", ""));
    };
    const health = new Health({ clock, meter, probe });
    const writer = randomBytes(9).toString("base64url");
    this.#clock = clock;
    this.#surroundings = { engine, keys, durability, health, life: LIFE, writer };
    this.#appender = new Appender(this.#surroundings);
    this.facts = new RedisFacts(engine, keys);
    this.#lines = new LogLines({
      work: (log, step) => this.#do(log, step),
      begun: () => this.#appender.flush(),
    });
    this.#following = new Following(this.#surroundings, {
      clock,
      pull: (log) => this.#task(log, () => this.#reading.pullNews(log)),
    });
    this.#reading = new Reading(this.#surroundings, this.#following, (log, record) => this.#hear(log, record));
    engine.onChange((isReady) => {
      if (isReady) health.probe();
      else this.#away();
    });
  }

  append(log: string, entry: string, waiter: AppendWaiter): void {
    this.#append(log, entry, waiter);
  }

  appendAt(log: string, { position, entry }: LogRecord, waiter: AppendWaiter): void {
    this.#append(log, entry, waiter, position);
  }

  read(log: string, after: number, max: number): Promise<readonly LogRecord[]> {
    return this.#task(log, () => this.#reading.read(log, after, max));
  }

  scan(visit: LogListener): Promise<ReadonlySet<string>> {
    return this.#lines.alone(() => this.#reading.scan(visit));
  }

  subscribe(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  follow(log: string, after: number, lost: (error: DamagedLogError) => void): () => void {
    return this.#following.begin(log, after, lost);
  }

  async caughtUp(log: string): Promise<void> {
    const { failure } = this.#surroundings.health;
    if (failure !== undefined) throw failure;
    await this.#task(log, () => this.#reading.pull(log));
  }

  notify(log: string, notice: string): void {
    this.#following.notify(log, notice);
  }

  onNotice(listener: NoticeListener): () => void {
    return this.#following.onNotice(listener);
  }

  trim(log: string, before: number, keep: readonly number[] = []): Promise<void> {
    return this.#task(log, async () => {
      const { engine, keys } = this.#surroundings;
      const upTo = Number.isFinite(before) ? before : "";
      const [reply] = await run(engine, trimScript, { keys: keys.ofLog(log), args: [upTo, writeRuns(keep, before)] });
      accepted(reply);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { engine, health } = this.#surroundings;
    this.#following.close();
    // What is under way with an engine that is away never ends.
    const away = new Promise<void>((resolve) => {
      if (!engine.isReady) resolve();
      engine.onChange(() => resolve());
    });
    health.giveUp();
    await Promise.race([away, this.#lines.done()]);
    this.#lines.drop(new StoreError("the store is closed"));
    await engine.close();
  }

  #append(log: string, entry: string, waiter: AppendWaiter, at?: number): void {
    const failure =
      this.#closing === undefined ? this.#surroundings.health.failure : new StoreError("the store is closed");
    if (failure !== undefined) return queueMicrotask(() => waiter.failed(failure));
    this.#lines.append(log, entry, { waiter, at });
  }

  /** Does something when its turn with a log has come; again, if the connection was lost. */
  #task<T>(log: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreError("the store is closed"));
    return this.#lines.task(log, () => insist(this.#surroundings, work));
  }

  /** Never rejects. */
  async #do(log: string, step: Step): Promise<void> {
    if (!isBatch(step)) return step.run();
    const start = this.#clock.now();
    try {
      const first = await this.#appender.append(log, step);
      this.#surroundings.health.worked(step.entries.length, (this.#clock.now() - start) / 1_000);
      await this.#following.reach(log, first, () => insist(this.#surroundings, () => this.#reading.pull(log, first)));
      this.#tell(log, step, first);
    } catch (error) {
      if (!(error instanceof PositionTakenError)) this.#following.check(log, error);
      for (const waiter of step.waiters) waiter.failed(error);
    }
  }

  /** Tells first the listeners and then who has appended, one entry after the other. */
  #tell(log: string, { entries, waiters }: Batch, first: number): void {
    for (const [i, entry] of entries.entries()) {
      const waiter = waiters[i];
      this.#hear(log, { position: first + i, entry }, waiter);
      waiter?.stored(first + i);
    }
  }

  #hear(log: string, record: LogRecord, waiter?: AppendWaiter): void {
    this.#following.hear(log, record.position);
    for (const listener of this.#listeners) listener(log, record, waiter);
  }

  /** The connection is lost: what was not sent is not kept waiting. */
  #away(): void {
    const { health } = this.#surroundings;
    health.failed("the engine cannot be reached");
    this.#lines.refuse(new StoreError("the engine cannot be reached"));
  }
}
