import {
  type AppendWaiter,
  answerWithoutGroup,
  createGroup,
  DamagedLogError,
  decodeEntry,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  isPayload,
  type LiveAnswer,
  type LiveEntry,
  type LiveGroup,
  type LogRecord,
  type MemberEntry,
  type Payload,
  type Session,
  sessionTimer,
} from "@countersign/relay";
import { StoreError } from "../failure.ts";
import { GroupMachine, type GroupNews, type NewsWatcher } from "./group-machine.ts";
import { type Appending, LogHost } from "./log-host.ts";
import type { Surroundings } from "./machine.ts";
import type { Asker } from "./own-entry.ts";
import type { GroupCache } from "./payload-cache.ts";
import { newsOf, timersAfter } from "./renewal.ts";

/** Whom a group tells of what happens in it. */
export interface GroupWatcher extends NewsWatcher<GroupHost> {
  /** A connection has asked to be in the group: whether it is still there. */
  entered(host: GroupHost, connection: number): boolean;
  /** It was refused and is not. */
  left(host: GroupHost, connection: number): void;
  /** A part of the group's log is lost. */
  damaged(host: GroupHost): void;
}

/** Records that are read at once for a member that lags behind; the store gives fewer where they are large. */
const PORTION = 256;

/** What a group is given. */
export interface GroupLinks {
  readonly cache: GroupCache;
  readonly watcher: GroupWatcher;
  readonly owner: string | null;
}

/** A group, its log, and what runs them. */
export class GroupHost {
  readonly id: string;
  readonly log: string;
  /** The network of the client that has made the group, for quotas; null for one of before the relay was started. */
  readonly owner: string | null;
  readonly #group: Group = createGroup();
  readonly #host: LogHost<GroupEntry, GroupAnswer | LiveAnswer, GroupNews>;
  readonly #surroundings: Surroundings;
  readonly #cache: GroupCache;
  readonly #watcher: GroupWatcher;
  #isClosed = false;

  constructor(id: string, surroundings: Surroundings, { cache, watcher, owner }: GroupLinks) {
    this.id = id;
    this.owner = owner;
    this.log = groupLog(id);
    this.#surroundings = surroundings;
    this.#cache = cache;
    this.#watcher = watcher;
    const machine = new GroupMachine(this, this.#group, { cache, watcher });
    this.#host = new LogHost<GroupEntry, GroupAnswer | LiveAnswer, GroupNews>(this.log, machine, surroundings);
  }

  /** Whether nobody and nothing is in the group and none is coming. */
  get isEmpty(): boolean {
    return this.#group.sessions.size === 0 && this.#group.live === null && this.#host.isIdle;
  }

  /** Whether nothing is on its way to the group's log. */
  get isIdle(): boolean {
    return this.#host.isIdle;
  }

  /** The position of the last entry that was applied. */
  get position(): number {
    return this.#group.position;
  }

  get sessions(): ReadonlyMap<string, Session> {
    return this.#group.sessions;
  }

  /** Characters of all that the group keeps. */
  get weight(): number {
    return this.#group.weight;
  }

  /** What the group has for connections, null if none can be in it. */
  get live(): LiveGroup | null {
    return this.#group.live;
  }

  /** Applies an entry of before the relay was started. Answers whether it is one. */
  replay(record: LogRecord): boolean {
    return this.#host.replay(record);
  }

  /** Begins with the timers, once the whole log is applied. */
  start(): void {
    this.#host.start();
  }

  /** Is from now on what was read of the group again. Answers what is new. */
  become(after: Group): readonly GroupNews[] {
    const { sessions, live } = this.#group;
    const renewal = { before: { sessions, live }, after };
    Object.assign(this.#group, after);
    for (const session of sessions.keys()) if (!after.sessions.has(session)) this.#host.disarm(session);
    for (const timer of timersAfter(renewal)) this.#host.arm(timer);
    return newsOf(renewal);
  }

  append(entry: MemberEntry): Promise<GroupAnswer> {
    // The machine answers each kind of entry with its kind of answer.
    return this.#answer(entry) as Promise<GroupAnswer>;
  }

  /** The same for what is appended often: without a promise. */
  order(appending: Appending<MemberEntry>, asker: Asker<GroupAnswer>): void {
    // The machine answers each kind of entry with its kind of answer.
    this.#host.order(appending, asker as Asker<GroupAnswer | LiveAnswer>);
  }

  async appendLive(entry: LiveEntry): Promise<LiveAnswer> {
    if (entry.type !== "found" && entry.type !== "attach") return (await this.#answer(entry)) as LiveAnswer;
    // Before anything is waited for: who goes in the meantime is taken out again. Who has gone already stays out.
    if (!this.#watcher.entered(this, entry.connection)) return answerWithoutGroup(entry);
    try {
      return (await this.#answer(entry)) as LiveAnswer;
    } finally {
      if (!this.live?.connections.has(entry.connection)) this.#watcher.left(this, entry.connection);
    }
  }

  /** Takes a connection that is gone out of the group. */
  detach(connection: number): void {
    if (this.#isClosed) return;
    this.#host.insist(`detach/${connection}`, { type: "detach", group: this.id, connection });
  }

  /** Takes those out who were connected when the relay ended. Rejects with `StoreError`. */
  async detachAll(): Promise<void> {
    const connections = [...(this.live?.connections.keys() ?? [])];
    await Promise.all(connections.map((connection) => this.appendLive({ type: "detach", group: this.id, connection })));
  }

  /** Applies an entry that has come back from the log. */
  hear(record: LogRecord, waiter: AppendWaiter | undefined): void {
    this.#host.hear(record, waiter);
  }

  /** Begins the life of a session anew because a member has come back. */
  renew(session: Session): void {
    this.#host.arm(sessionTimer(session));
  }

  /** What members wrote in an entry, undefined if it is kept no more; a promise only if it has to be read. */
  payload(position: number): Payload | undefined | Promise<Payload | undefined> {
    return this.#cache.get(position) ?? this.#read(position);
  }

  /** Says in the log how far connections have been told what happens here, so that it need not be kept for them. */
  release(taken: readonly (readonly [connection: number, seq: number])[]): void {
    // If the store does not take it, whatever comes next says it again.
    this.#host.append({ type: "taken", group: this.id, taken }).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#host.close();
  }

  #answer(entry: GroupEntry): Promise<GroupAnswer | LiveAnswer> {
    return this.#host.append(entry).then((answer) => {
      if (answer === undefined) throw noAnswer();
      return answer;
    });
  }

  /** Reads an entry, and those behind it into the cache, because they will be wanted next. */
  async #read(position: number): Promise<Payload | undefined> {
    const records = await this.#surroundings.store.read(this.log, position - 1, PORTION).catch((error: unknown) => {
      if (error instanceof DamagedLogError) this.#watcher.damaged(this);
      throw error;
    });
    let wanted: Payload | undefined;
    for (const record of records) {
      const entry = decodeEntry<GroupEntry>(record.entry);
      if (entry === undefined || !isPayload(entry)) continue;
      this.#cache.put(record.position, entry, this.#group.kept);
      if (record.position === position) wanted = entry;
    }
    return wanted;
  }
}

/** Of an entry that the machine answers always. */
export function noAnswer(): StoreError {
  return new StoreError("an entry came back without an answer");
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
