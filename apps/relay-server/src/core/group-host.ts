import {
  applyToGroup,
  createGroup,
  DamagedLogError,
  decodeEntry,
  type Envelope,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  type GroupOutput,
  groupSnapshot,
  type LiveAnswer,
  type LiveEntry,
  type LogRecord,
  type MemberEntry,
  type Session,
  sessionTimer,
  timersOf,
} from "@countersign/relay";
import type { MpcEvent } from "@countersign/rpc";
import { StoreError } from "../failure.ts";
import type { GroupCache } from "./envelope-cache.ts";
import { LogHost, type Surroundings } from "./log-host.ts";

type News = Extract<GroupOutput, { type: "event" | "forgotten" | "tell" | "cut" }>;

/** Whom a group tells of what happens in it. */
export interface GroupWatcher {
  /** A session may have something new for its members. */
  changed(host: GroupHost, session: string): void;
  forgotten(session: string): void;
  /** News for connections. */
  tell(connections: readonly number[], event: MpcEvent): void;
  /** A session of these connections has expired. */
  cut(connections: readonly number[], session: string): void;
  /** Nothing is on its way to the group's log at the moment. */
  idle(host: GroupHost): void;
  /** A part of the group's log is lost. */
  damaged(host: GroupHost): void;
}

/** Records that are read at once for a member that lags behind; the store gives fewer where they are large. */
const PORTION = 256;

/** A group, its log, and what runs them. */
export class GroupHost {
  readonly id: string;
  readonly log: string;
  readonly #group: Group = createGroup();
  readonly #host: LogHost<GroupEntry, GroupAnswer | LiveAnswer, News>;
  readonly #surroundings: Surroundings;
  readonly #cache: GroupCache;
  readonly #watcher: GroupWatcher;

  constructor(
    id: string,
    surroundings: Surroundings,
    { cache, watcher }: { readonly cache: GroupCache; readonly watcher: GroupWatcher },
  ) {
    this.id = id;
    this.log = groupLog(id);
    this.#surroundings = surroundings;
    this.#cache = cache;
    this.#watcher = watcher;
    const group = this.#group;
    const machine = {
      apply: (position: number, entry: GroupEntry) => {
        if (entry.type === "message") cache.put(position, entry.envelopes);
        return applyToGroup(group, position, entry);
      },
      snapshot: () => groupSnapshot(group),
      // Of a live group there is nothing left when a log is loaded: `detachAll`.
      timers: () => timersOf(group.sessions.values()),
      tell: (news: News) => {
        switch (news.type) {
          case "event":
            return watcher.changed(this, news.session);
          case "forgotten":
            return watcher.forgotten(news.session);
          case "tell":
            return watcher.tell(news.connections, news.event);
          case "cut":
            return watcher.cut(news.connections, news.session);
        }
      },
      idle: () => watcher.idle(this),
    };
    this.#host = new LogHost<GroupEntry, GroupAnswer | LiveAnswer, News>(this.log, machine, surroundings);
  }

  /** Whether nobody and nothing is in the group and none is coming. */
  get isEmpty(): boolean {
    return this.#group.sessions.size === 0 && this.#group.live === null && this.#host.isIdle;
  }

  get sessions(): ReadonlyMap<string, Session> {
    return this.#group.sessions;
  }

  /** Applies an entry of before the relay was started. Answers whether it is one. */
  replay(record: LogRecord): boolean {
    return this.#host.replay(record);
  }

  /** Begins with the timers, once the whole log is applied. */
  start(): void {
    this.#host.start();
  }

  async append(entry: MemberEntry): Promise<GroupAnswer> {
    // The machine answers each kind of entry with its kind of answer.
    return (await this.#answer(entry)) as GroupAnswer;
  }

  async appendLive(entry: LiveEntry): Promise<LiveAnswer> {
    return (await this.#answer(entry)) as LiveAnswer;
  }

  /** Takes a connection that is gone out of the group. */
  detach(connection: number): void {
    this.#host.insist(`detach/${connection}`, { type: "detach", group: this.id, connection });
  }

  /** Takes those out who were connected when the relay ended. Rejects with `StoreError`. */
  async detachAll(): Promise<void> {
    const connections = [...(this.#group.live?.connections ?? [])];
    await Promise.all(connections.map((connection) => this.appendLive({ type: "detach", group: this.id, connection })));
  }

  /** Applies an entry that has come back from the log. */
  hear(record: LogRecord): void {
    this.#host.hear(record);
  }

  /** Begins the life of a session anew because a member has come back. */
  renew(session: Session): void {
    this.#host.arm(sessionTimer(session));
  }

  /** The envelopes of a message, undefined if they are kept no more; a promise only if they have to be read. */
  envelopes(position: number): readonly Envelope[] | undefined | Promise<readonly Envelope[] | undefined> {
    return this.#cache.get(position) ?? this.#read(position);
  }

  close(): void {
    this.#host.close();
  }

  async #answer(entry: GroupEntry): Promise<GroupAnswer | LiveAnswer> {
    const answer = await this.#host.append(entry);
    if (answer === undefined) throw new StoreError("an entry came back without an answer");
    return answer;
  }

  /** Reads a message, and those behind it into the cache, because they will be wanted next. */
  async #read(position: number): Promise<readonly Envelope[] | undefined> {
    const records = await this.#surroundings.store.read(this.log, position - 1, PORTION).catch((error: unknown) => {
      if (error instanceof DamagedLogError) this.#watcher.damaged(this);
      throw error;
    });
    let wanted: readonly Envelope[] | undefined;
    for (const record of records) {
      const entry = decodeEntry<GroupEntry>(record.entry);
      if (entry?.type !== "message") continue;
      this.#cache.put(record.position, entry.envelopes);
      if (record.position === position) wanted = entry.envelopes;
    }
    return wanted;
  }
}

/** The name of a group's log. */
export function groupLog(id: string): string {
  return `${PREFIX}${id}`;
}

/** The id of the group of a log, undefined if it is not one of a group. */
export function groupOfLog(log: string): string | undefined {
  return log.startsWith(PREFIX) ? log.slice(PREFIX.length) : undefined;
}

const PREFIX = "group/";
