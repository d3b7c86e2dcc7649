import { DamagedLogError, type NoticeListener } from "@countersign/relay";
import { type Clock, every, type Timer } from "../../clock.ts";
import type { Surroundings } from "./appender.ts";
import { damaged, lastOf } from "./portion.ts";
import { lookScript, run } from "./scripts.ts";

interface Followed {
  /** The last position that the listeners have heard. */
  heard: number;
  /** Up to where there was news since it was read last: 0 if there was none, infinite if nobody has said. */
  told: number;
  /** Whether somebody is on the way to read what is new. */
  isPulling: boolean;
  readonly lost: (error: DamagedLogError) => void;
}

interface FollowingOptions {
  readonly clock: Clock;
  /** Reads what is new in a log when its turn comes. */
  readonly pull: (log: string) => Promise<void>;
}

/** Milliseconds between two looks whether a followed log has something new of which no news came. */
const LOOK = 1_000;
/** Logs that are looked at in that time; if there are more, the rest has its turn in the next. */
const LOOKED_AT = 2_000;

/** The logs that this node follows, and how far it has heard them. */
export class Following {
  readonly #surroundings: Surroundings;
  readonly #options: FollowingOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #noticeListeners = new Set<NoticeListener>();
  readonly #looking: Timer;
  /** Those that have not been looked at in this round. */
  #round: Iterator<string> = [].values();

  constructor(surroundings: Surroundings, options: FollowingOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
    this.#looking = every(options.clock, LOOK, () => this.#look());
    surroundings.engine.onMissed(() => {
      for (const log of this.#followed.keys()) this.#wake(log);
    });
  }

  begin(log: string, after: number, lost: (error: DamagedLogError) => void): () => void {
    if (this.#followed.has(log)) throw new Error("the log is followed already");
    const { engine, keys } = this.#surroundings;
    const followed = { heard: after, told: 0, isPulling: false, lost };
    this.#followed.set(log, followed);
    this.#wake(log);
    engine
      .subscribe(keys.channelOf(log), (message) => this.#news(log, message))
      .then(
        () => this.#wake(log),
        // Then it is looked at now and then.
        () => undefined,
      );
    return () => {
      if (this.#followed.get(log) === followed) this.#end(log);
    };
  }

  /** The last position that was heard of a log, undefined if it is not followed. */
  heard(log: string): number | undefined {
    return this.#followed.get(log)?.heard;
  }

  /**
   * Before a followed log is read: whether what there was news of was not heard. Mostly these are entries of this node,
   * which it hears without reading.
   */
  takeNews(log: string): boolean {
    const followed = this.#followed.get(log);
    if (followed === undefined) return false;
    const { told, heard } = followed;
    followed.told = 0;
    return told > heard;
  }

  /** A record of a log is told now. */
  hear(log: string, position: number): void {
    const followed = this.#followed.get(log);
    if (followed !== undefined) followed.heard = position;
  }

  /** Has all that stands before an entry of this node told first, by `pull`. Rejects if the log is not what it was. */
  async reach(log: string, position: number, pull: () => Promise<void>): Promise<void> {
    const heard = this.heard(log);
    if (heard === undefined || heard + 1 === position) return;
    if (heard >= position) throw damaged();
    await pull();
  }

  /** Ends the following of a log that turns out to be damaged. */
  check(log: string, error: unknown): void {
    if (error instanceof DamagedLogError) this.lose(log);
  }

  lose(log: string): void {
    const followed = this.#followed.get(log);
    if (followed === undefined) return;
    this.#end(log);
    followed.lost(damaged());
  }

  notify(log: string, notice: string): void {
    const { engine, keys } = this.#surroundings;
    const channel = keys.channelOf(log);
    engine.send(channel, [["SPUBLISH", channel, `n${notice}`]]).catch(() => undefined);
  }

  onNotice(listener: NoticeListener): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  close(): void {
    this.#looking.cancel();
    this.#followed.clear();
  }

  #end(log: string): void {
    const { engine, keys } = this.#surroundings;
    this.#followed.delete(log);
    engine.unsubscribe(keys.channelOf(log)).catch(() => undefined);
  }

  #news(log: string, message: string): void {
    const followed = this.#followed.get(log);
    if (followed === undefined) return;
    const text = message.slice(1);
    if (message.startsWith("n")) for (const listener of this.#noticeListeners) listener(log, text);
    else this.#wake(log, Number(text));
  }

  /** Something may be new; `position`: up to where, if somebody has said. */
  #wake(log: string, position = Number.POSITIVE_INFINITY): void {
    const followed = this.#followed.get(log);
    if (followed === undefined || position <= followed.heard) return;
    followed.told = Math.max(followed.told, position);
    if (!followed.isPulling) this.#pull(log, followed);
  }

  #pull(log: string, followed: Followed): void {
    followed.isPulling = true;
    this.#options.pull(log).then(
      () => {
        followed.isPulling = false;
        // What came while it was read may not have been there yet.
        if (this.#followed.get(log) === followed && followed.told > followed.heard) this.#pull(log, followed);
      },
      () => {
        // It is looked at again.
        followed.isPulling = false;
      },
    );
  }

  /** Looks at some of the logs, and keeps them alive. */
  #look(): void {
    if (!this.#surroundings.engine.isReady) return;
    for (let i = 0; i < Math.min(LOOKED_AT, this.#followed.size); i++) {
      const { value: log, done } = this.#round.next();
      if (done !== true) void this.#lookAt(log);
      else {
        this.#round = [...this.#followed.keys()].values();
        if (i > 0) return;
      }
    }
  }

  async #lookAt(log: string): Promise<void> {
    const { engine, keys, life } = this.#surroundings;
    try {
      const [reply] = await run(engine, lookScript, { keys: keys.ofLog(log), args: [life] });
      const followed = this.#followed.get(log);
      // An entry of this node may be on its way: of what is new only the reading counts.
      if (followed === undefined) return;
      const last = lastOf(reply);
      // Where there is less than was heard, reading finds out what that means.
      this.#wake(log, last < followed.heard ? Number.POSITIVE_INFINITY : last);
    } catch {
      // Next time.
    }
  }
}
