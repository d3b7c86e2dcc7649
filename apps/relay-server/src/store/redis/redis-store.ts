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
import { checkDurability, type Durability, isDurable, waitFor } from "./durability.ts";
import { accepted, type Engine, EngineLostError } from "./engine.ts";
import { RedisFacts } from "./facts.ts";
import { Following } from "./following.ts";
import { Health } from "./health.ts";
import { Keys } from "./keys.ts";
import { type Batch, isBatch, LogLine, type Step } from "./log-line.ts";
import { type Place, readPortion, readWhole, writeRuns } from "./portion.ts";
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
/** Records that are read at once. */
const PORTION = 256;

/** Logs in an engine that speaks the protocol of Redis, in common with all nodes that use the same engine and prefix. */
export class RedisStore implements SharedLogStore {
  readonly isVolatile = false;
  readonly facts: SharedFacts;
  readonly #surroundings: Surroundings;
  readonly #clock: Clock;
  readonly #appender: Appender;
  readonly #following: Following;
  readonly #listeners = new Set<LogListener>();
  #lines = new Map<string, LogLine>();
  readonly #toStart = new Set<LogLine>();
  #number = 0;
  #isStartDue = false;
  /** While all logs are read, what was asked for later waits. */
  #gate: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** Rejects with `StartError` if the engine does not do what the mode promises. */
  static async open(engine: Engine, options: RedisStoreOptions): Promise<RedisStore> {
    try {
      await checkDurability(engine, options.durability);
      return new RedisStore(engine, options);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  constructor(engine: Engine, { durability, prefix, clock, meter }: RedisStoreOptions) {
    const keys = new Keys(prefix);
    const probe = async () => {
      const key = keys.ofRate("probe", "");
      const replies = await engine.send(key, [["SET", key, "1", "PX", String(LIFE)], ...waitFor(durability)]);
      accepted(replies[0]);
      return isDurable(durability, replies.slice(1));
    };
    const health = new Health({ clock, meter, probe });
    const writer = randomBytes(9).toString("base64url");
    this.#clock = clock;
    this.#surroundings = { engine, keys, durability, health, life: LIFE, writer };
    this.#appender = new Appender(this.#surroundings);
    this.facts = new RedisFacts(engine, keys);
    this.#following = new Following(this.#surroundings, {
      clock,
      pull: (log) => this.#task(log, () => this.#pull(log)),
    });
    engine.onChange((isReady) => {
      if (!isReady) this.#away();
    });
  }

  append(log: string, entry: string, waiter: AppendWaiter): void {
    this.#append(log, entry, waiter);
  }

  appendAt(log: string, { position, entry }: LogRecord, waiter: AppendWaiter): void {
    this.#append(log, entry, waiter, position);
  }

  read(log: string, after: number, max: number): Promise<readonly LogRecord[]> {
    return this.#task(log, async () => (await readWhole(this.#place(log), after, max)).records);
  }

  scan(visit: LogListener): Promise<ReadonlySet<string>> {
    const before = this.#allDone();
    // What is asked for from now on waits in lines of its own.
    this.#lines = new Map();
    const scanning = before.then(() => this.#scan(visit));
    const gate = Promise.allSettled([scanning]).then(() => {
      if (this.#gate === gate) this.#gate = undefined;
      this.#start();
    });
    this.#gate = gate;
    return scanning;
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
    await this.#task(log, () => this.#pull(log));
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
    health.close();
    // What is under way with an engine that is away never ends.
    const away = new Promise<void>((resolve) => {
      if (!engine.isReady) resolve();
      engine.onChange(() => resolve());
    });
    await Promise.race([away, Promise.resolve(this.#gate).then(() => this.#allDone())]);
    for (const line of this.#lines.values()) line.drop(new StoreError("the store is closed"));
    await engine.close();
  }

  #append(log: string, entry: string, waiter: AppendWaiter, at?: number): void {
    const failure =
      this.#closing === undefined ? this.#surroundings.health.failure : new StoreError("the store is closed");
    if (failure !== undefined) return queueMicrotask(() => waiter.failed(failure));
    const line = this.#line(log);
    line.append(entry, waiter, { number: ++this.#number, ...(at === undefined ? {} : { at }) });
    this.#startSoon(line);
  }

  /** Does something when its turn with a log has come; again, if the connection was lost. */
  #task<T>(log: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new StoreError("the store is closed"));
    return new Promise((resolve, reject) => {
      const line = this.#line(log);
      line.add({ run: () => this.#insist(work).then(resolve, reject), drop: reject });
      this.#startSoon(line);
    });
  }

  async #insist<T>(work: () => Promise<T>): Promise<T> {
    const { engine, health } = this.#surroundings;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof EngineLostError)) throw error;
        health.failed(error.message);
      }
      await engine.whenReady();
      await health.pause();
    }
  }

  #line(log: string): LogLine {
    let line = this.#lines.get(log);
    if (line === undefined) {
      line = new LogLine(log);
      this.#lines.set(log, line);
    }
    return line;
  }

  /** At the end of this turn of the event loop, so that all that is ordered in it goes together. */
  #startSoon(line: LogLine): void {
    if (line.done !== undefined) return;
    this.#toStart.add(line);
    if (this.#isStartDue || this.#gate !== undefined) return;
    this.#isStartDue = true;
    setImmediate(() => {
      this.#isStartDue = false;
      if (this.#gate === undefined) this.#start();
    });
  }

  #start(): void {
    for (const line of this.#toStart) line.done ??= this.#work(line, this.#lines);
    this.#toStart.clear();
    this.#appender.flush();
  }

  async #work(line: LogLine, lines: Map<string, LogLine>): Promise<void> {
    for (let step = line.next(); step !== undefined; step = line.next()) await this.#do(line.log, step);
    lines.delete(line.log);
  }

  /** Resolves when all that was asked for until now is done. */
  async #allDone(): Promise<void> {
    this.#start();
    await Promise.all([...this.#lines.values()].map(({ done }) => done));
  }

  /** Never rejects. */
  async #do(log: string, step: Step): Promise<void> {
    if (!isBatch(step)) return step.run();
    const start = this.#clock.now();
    try {
      const first = await this.#appender.append(log, step);
      this.#surroundings.health.worked(step.entries.length, (this.#clock.now() - start) / 1_000);
      await this.#following.reach(log, first, () => this.#insist(() => this.#pull(log, first)));
      this.#tell(log, step, first);
    } catch (error) {
      if (!(error instanceof PositionTakenError)) this.#following.check(log, error);
      for (const waiter of step.waiters) waiter.failed(error);
    }
  }

  /** Tells first the listeners and then who has appended, one entry after the other. */
  #tell(log: string, { entries, waiters }: Batch, first: number): void {
    for (const [i, entry] of entries.entries()) {
      const record = { position: first + i, entry };
      const waiter = waiters[i];
      this.#following.hear(log, record.position);
      for (const listener of this.#listeners) listener(log, record, waiter);
      waiter?.stored(record.position);
    }
  }

  /** Reads what others have appended to a followed log, below a position if one is given, and tells it. */
  async #pull(log: string, below = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      const heard = this.#following.heard(log);
      if (heard === undefined || heard + 1 >= below) return;
      const portion = await readPortion(this.#place(log), heard, Math.min(PORTION, below - heard - 1));
      if (portion.isDamaged || portion.last < heard) return this.#following.lose(log);
      for (const record of portion.records) {
        if (record.position >= below || this.#following.heard(log) === undefined) return;
        this.#following.hear(log, record.position);
        for (const listener of this.#listeners) listener(log, record);
      }
      if (portion.isEnd) return;
    }
  }

  async #scan(visit: LogListener): Promise<ReadonlySet<string>> {
    const { engine, keys } = this.#surroundings;
    const damaged = new Set<string>();
    const logs = new Set<string>();
    for await (const key of engine.keys(keys.headPattern)) logs.add(keys.logOfHead(key));
    for (const log of logs) if (!(await this.#visit(log, visit))) damaged.add(log);
    return damaged;
  }

  /** Answers whether the log is whole. */
  async #visit(log: string, visit: LogListener): Promise<boolean> {
    let isWhole = true;
    for (let after = 0; ; ) {
      const portion = await this.#insist(() => readPortion(this.#place(log), after, PORTION));
      if (portion.isDamaged) isWhole = false;
      for (const record of portion.records) visit(log, record);
      if (portion.isEnd) return isWhole;
      after = portion.end;
    }
  }

  #place(log: string): Place {
    const { engine, keys } = this.#surroundings;
    return { engine, keys, log };
  }

  /** The connection is lost: what was not sent is not kept waiting. */
  #away(): void {
    const { health } = this.#surroundings;
    health.failed("the engine cannot be reached");
    for (const line of this.#lines.values()) line.refuse(new StoreError("the engine cannot be reached"));
  }
}
