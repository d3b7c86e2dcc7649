import {
  type AppendWaiter,
  answerWithoutGroup,
  type GroupAnswer,
  type Invitation,
  type LiveAnswer,
  type LiveEntry,
  type LogRecord,
  type MemberEntry,
  type Phase,
  type Refusal,
  type RegistryAnswer,
  type RegistryEntry,
  refuse,
} from "@countersign/relay";
import { messageOf, StartError } from "../failure.ts";
import { networkOf } from "../limits/network.ts";
import { logFailure } from "../log.ts";
import { GroupHost, type GroupWatcher, groupLog, groupOfLog } from "./group-host.ts";
import type { GroupNews } from "./group-machine.ts";
import type { Surroundings } from "./machine.ts";
import { PayloadCache } from "./payload-cache.ts";
import { REGISTRY_LOG, RegistryHost } from "./registry-host.ts";
import { SetAside } from "./set-aside.ts";
import { Usage } from "./usage.ts";

/** Whom the directory tells of what happens in its sessions. */
export type DirectoryWatcher = Omit<GroupWatcher, "idle" | "damaged">;

/** Groups whose timers are started in one turn of the event loop. */
const STARTED_AT_ONCE = 1_000;

/** All groups of the relay: finds them, makes them, and dissolves those in which nothing is left. */
export class Directory {
  readonly #surroundings: Surroundings;
  readonly #watcher: DirectoryWatcher;
  readonly #registry: RegistryHost;
  readonly #groups = new Map<string, GroupHost>();
  readonly #cache = new PayloadCache();
  /** The group of each session. */
  readonly #sessions = new Map<string, GroupHost>();
  readonly #setAside: SetAside;
  /** How much all groups keep, and for whom. */
  readonly usage = new Usage();
  /** What all groups tell, and whose business it is. */
  readonly #hears: GroupWatcher = {
    tell: (host, news) => this.#tell(host, news),
    entered: (host, connection) => this.#watcher.entered(host, connection),
    left: (host, connection) => this.#watcher.left(host, connection),
    idle: (host) => this.#dissolveIfEmpty(host),
    damaged: (host) => this.#lose([host.log]),
  };
  readonly #stop: () => void;
  #isClosed = false;

  constructor(surroundings: Surroundings, watcher: DirectoryWatcher) {
    this.#surroundings = surroundings;
    this.#watcher = watcher;
    this.#registry = new RegistryHost(surroundings);
    this.#setAside = new SetAside(surroundings.clock, (log) => this.#drop(log));
    this.#stop = surroundings.store.subscribe((log, record, waiter) => {
      if (log === REGISTRY_LOG) this.#registry.hear(record, waiter);
      else this.#hear(this.#groups.get(log), record, waiter);
    });
  }

  /** Reads all logs. Groups of which a part is lost are set aside. Rejects with `StartError`. */
  async load(): Promise<void> {
    const lost = await this.#replay();
    if (lost.delete(REGISTRY_LOG)) this.#forgetRegistry();
    for (const { weight } of this.#groups.values()) this.usage.add(null, { weight, sessions: 0 });
    this.#lose([...lost]);
    for (const host of this.#groups.values()) {
      for (const session of host.sessions.keys()) this.#sessions.set(session, host);
    }
    await this.#settle().catch((error: unknown) => {
      throw new StartError(`the data of the relay cannot be written: ${messageOf(error)}`);
    });
    for (const host of this.#groups.values()) this.#dissolveIfEmpty(host);
    this.#registry.start();
    this.#startTimers(this.#groups.values());
  }

  get size(): { readonly groups: number; readonly sessions: number; readonly invitations: number } {
    return {
      groups: this.#groups.size,
      sessions: this.#sessions.size,
      invitations: this.#registry.invitations.size,
    };
  }

  /** How many sessions stand where in their lives. */
  get phases(): Readonly<Record<Phase, number>> {
    const counts = { gathering: 0, full: 0, closed: 0, aborted: 0, expired: 0 };
    for (const host of this.#groups.values()) for (const { phase } of host.sessions.values()) counts[phase]++;
    return counts;
  }

  /** Why there is no such session. */
  refuseUnknown(session: string): Refusal {
    return refuse(this.#setAside.hasSession(session) ? "relay.damaged" : "relay.unknown-session");
  }

  /** Why there is no such group. */
  refuseUnknownGroup(group: string): Refusal {
    return refuse(this.#setAside.has(groupLog(group)) ? "relay.damaged" : "relay.unknown-group");
  }

  find(group: string): GroupHost | undefined {
    return this.#groups.get(groupLog(group));
  }

  ofSession(session: string): GroupHost | undefined {
    return this.#sessions.get(session);
  }

  invitation(nameplate: string): Invitation | undefined {
    return this.#registry.invitations.get(nameplate);
  }

  /**
   * Appends an entry to the log of a group, which is made for `owner`, an address, if there is none. Rejects with
   * `StoreError`.
   */
  async append(group: string, entry: MemberEntry, owner: string): Promise<GroupAnswer> {
    const known = this.find(group);
    if (known !== undefined) return known.append(entry);
    if (this.#setAside.has(groupLog(group))) return refuse("relay.damaged");
    const host = this.#host(group, networkOf(owner));
    // In the registry first, so that there is never a log which nobody knows of.
    const [, answer] = await Promise.all([this.#registry.append({ type: "group", group }), host.append(entry)]);
    return answer;
  }

  /** Makes a group that connections are in, for `owner`, an address, or a group such a one. Rejects with `StoreError`. */
  async found(entry: Extract<LiveEntry, { type: "found" }>, owner: string): Promise<LiveAnswer> {
    const known = this.find(entry.group);
    if (known !== undefined) return known.appendLive(entry);
    if (this.#setAside.has(groupLog(entry.group))) return answerWithoutGroup(entry);
    const host = this.#host(entry.group, networkOf(owner));
    const [, answer] = await Promise.all([
      this.#registry.append({ type: "group", group: entry.group }),
      host.appendLive(entry),
    ]);
    return answer;
  }

  /** Appends an entry of a connection to the log of its group. Rejects with `StoreError`. */
  async appendLive(group: string, entry: LiveEntry): Promise<LiveAnswer> {
    const host = this.find(group);
    return host === undefined ? answerWithoutGroup(entry) : host.appendLive(entry);
  }

  /** Gives a session a nameplate. Rejects with `StoreError`. */
  async invite(entry: Extract<RegistryEntry, { type: "invite" }>): Promise<RegistryAnswer | undefined> {
    return this.#registry.append(entry);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#registry.close();
    this.#setAside.close();
    for (const host of this.#groups.values()) host.close();
  }

  #hear(host: GroupHost | undefined, record: LogRecord, waiter: AppendWaiter | undefined): void {
    if (host === undefined) return;
    const { weight } = host;
    host.hear(record, waiter);
    if (host.weight !== weight) this.usage.add(host.owner, { weight: host.weight - weight, sessions: 0 });
  }

  #host(id: string, owner: string | null): GroupHost {
    const links = { cache: this.#cache.forGroup(), watcher: this.#hears, owner };
    const host = new GroupHost(id, this.#surroundings, links);
    this.#groups.set(host.log, host);
    return host;
  }

  /** Applies what is in the store, and answers the names of the logs that cannot be gone on from. */
  async #replay(): Promise<Set<string>> {
    const unreadable = new Set<string>();
    const visit = (log: string, record: LogRecord) => {
      const id = groupOfLog(log);
      const host = id === undefined ? this.#registry : (this.#groups.get(log) ?? this.#host(id, null));
      if (!host.replay(record)) unreadable.add(log);
    };
    const damaged = await this.#surroundings.store.scan(visit).catch((error: unknown) => {
      throw new StartError(`the data of the relay cannot be read: ${messageOf(error)}`);
    });
    return new Set([...damaged, ...unreadable]);
  }

  /** Appends what the end of the last relay has left undone. */
  async #settle(): Promise<void> {
    const steps: Promise<unknown>[] = [];
    const { groups } = this.#registry;
    for (const host of this.#groups.values()) {
      if (host.live !== null) steps.push(host.detachAll());
      if (!groups.has(host.id)) steps.push(this.#registry.append({ type: "group", group: host.id }));
    }
    for (const group of groups) {
      const log = groupLog(group);
      if (this.#groups.has(log) || this.#setAside.has(log)) continue;
      steps.push(this.#registry.append({ type: "dissolve", group }));
    }
    await Promise.all(steps);
  }

  /** Of many groups not all at once: clients need not wait for it. */
  #startTimers(hosts: Iterator<GroupHost>): void {
    for (let i = 0; i < STARTED_AT_ONCE; i++) {
      const { done, value: host } = hosts.next();
      if (done === true || this.#isClosed) return;
      host.start();
    }
    setImmediate(() => this.#startTimers(hosts));
  }

  /** Sets groups aside of which a part is lost, because nobody can say what their state is. */
  #lose(logs: readonly string[]): void {
    for (const log of logs) {
      const host = this.#groups.get(log);
      const sessions = [...(host?.sessions.keys() ?? [])];
      this.#setAside.add(log, sessions);
      this.#groups.delete(log);
      host?.close();
      if (host !== undefined) this.usage.add(host.owner, { weight: -host.weight, sessions: 0 });
      if (host !== undefined) for (const session of sessions) this.#tell(host, { type: "forgotten", session });
      this.#surroundings.meter.damaged();
    }
    if (logs.length > 0) {
      this.#surroundings.log.warn({ groups: logs.length }, "groups of which a part is lost on the disk were set aside");
    }
  }

  /** Begins with an empty registry. Which groups there are is known from their logs; the invitations are void. */
  #forgetRegistry(): void {
    this.#registry.clear();
    this.#drop(REGISTRY_LOG);
    this.#surroundings.meter.damaged();
    this.#surroundings.log.warn({}, "the list of invitations is damaged: they are all void");
  }

  #tell(host: GroupHost, news: GroupNews): void {
    if (news.type === "made") {
      this.#sessions.set(news.session, host);
      this.usage.add(host.owner, { weight: 0, sessions: 1 });
    } else if (news.type === "forgotten") {
      this.#sessions.delete(news.session);
      this.usage.add(host.owner, { weight: 0, sessions: -1 });
    }
    this.#watcher.tell(host, news);
  }

  #dissolveIfEmpty(host: GroupHost): void {
    if (this.#isClosed || !host.isEmpty || this.#groups.get(host.log) !== host) return;
    this.#groups.delete(host.log);
    host.close();
    this.usage.add(host.owner, { weight: -host.weight, sessions: 0 });
    this.#drop(host.log);
  }

  /** Deletes a log for good. */
  #drop(log: string): void {
    const group = groupOfLog(log);
    const steps: Promise<unknown>[] = [this.#surroundings.store.trim(log, Number.POSITIVE_INFINITY)];
    if (group !== undefined) steps.push(this.#registry.append({ type: "dissolve", group }));
    Promise.all(steps).catch((error: unknown) => {
      logFailure(this.#surroundings.log, error, { message: "a group could not be dissolved" });
    });
  }
}
