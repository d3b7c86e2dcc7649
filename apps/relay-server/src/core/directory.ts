import {
  type AppendWaiter,
  answerWithoutGroup,
  type Group,
  type GroupAnswer,
  type Invitation,
  isSharedStore,
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
import { logFailure } from "../log.ts";
import type { Together } from "../observe/census.ts";
import { GroupHost, type GroupWatcher, groupLog, groupOfLog } from "./group-host.ts";
import type { GroupNews } from "./group-machine.ts";
import { GroupTable } from "./group-table.ts";
import type { Surroundings } from "./machine.ts";
import { alone, type Numbering, numbersOf } from "./nodes/connection-numbers.ts";
import type { Elsewhere, ElsewhereWatcher } from "./nodes/elsewhere.ts";
import type { Hosting } from "./nodes/hosting.ts";
import { Listing } from "./nodes/listing.ts";
import { type Need, Nodes } from "./nodes/nodes.ts";
import { PayloadCache } from "./payload-cache.ts";
import { REGISTRY_LOG, RegistryHost } from "./registry-host.ts";
import { SetAside } from "./set-aside.ts";
import { readAll, settleAll, startTimers } from "./start-alone.ts";
import type { Usage } from "./usage.ts";

/** Whom the directory tells of what happens in its sessions. */
export interface DirectoryWatcher
  extends Omit<GroupWatcher, "idle" | "damaged">,
    Pick<Hosting, "isNeeded" | "sayAgain" | "expel"> {
  /** What becomes of members at other nodes. */
  readonly elsewhere: ElsewhereWatcher;
}

/** All groups of the relay: finds them, makes them, and dissolves those in which nothing is left. */
export class Directory {
  readonly #surroundings: Surroundings;
  readonly #watcher: DirectoryWatcher;
  readonly #registry: RegistryHost;
  readonly #table = new GroupTable();
  readonly #cache = new PayloadCache();
  readonly #setAside: SetAside;
  /** The other nodes, where there can be any. */
  readonly #nodes: Nodes | undefined;
  /** Of which group each session is, for all nodes; undefined where there is only one. */
  readonly listing: Listing | undefined;
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
    this.#surroundings = { ...surroundings, lateness: () => this.#nodes?.lateness ?? 0 };
    this.#watcher = watcher;
    this.#registry = new RegistryHost(this.#surroundings);
    this.#setAside = new SetAside(surroundings.clock, (log) => this.#drop(log));
    this.#stop = surroundings.store.subscribe((log, record, waiter) => {
      if (log === REGISTRY_LOG) this.#registry.hear(record, waiter);
      else this.#hear(this.#table.hosts.get(log), record, waiter);
    });
    const { store } = surroundings;
    this.#nodes = isSharedStore(store) ? new Nodes(store, surroundings, this.#hosting()) : undefined;
    this.listing = this.#nodes && new Listing(this.#registry, this.#nodes);
  }

  /**
   * Reads all logs, or of a store that several nodes have in common the registry; the answer is how this node counts its
   * connections. Groups of which a part is lost are set aside. Rejects with `StartError`.
   */
  async load(): Promise<Numbering> {
    if (this.#nodes !== undefined) return this.#join(this.#nodes);
    const { hosts } = this.#table;
    const reading = { registry: this.#registry, groups: hosts, host: (id: string) => this.#host(id, null) };
    const lost = await readAll(this.#surroundings, reading);
    if (lost.delete(REGISTRY_LOG)) this.#forgetRegistry();
    this.#table.countAll();
    this.#lose([...lost]);
    await settleAll(reading, (log) => this.#setAside.has(log));
    for (const host of hosts.values()) this.#dissolveIfEmpty(host);
    this.#registry.start();
    startTimers(hosts.values(), () => this.#isClosed);
    return alone;
  }

  /**
   * Sees to it that what a call is about is here, as far as it is at any node; undefined where all is here always.
   * Rejects with `StoreError`.
   */
  prepare(need: Need): Promise<void> | undefined {
    return this.#nodes?.prepare(need);
  }

  /** The members that are connected to other nodes, where there can be any. */
  get elsewhere(): Elsewhere | undefined {
    return this.#nodes?.elsewhere;
  }

  get size(): { readonly groups: number; readonly sessions: number; readonly invitations: number } {
    return {
      groups: this.#table.hosts.size,
      sessions: this.#table.size,
      invitations: this.#registry.invitations.size,
    };
  }

  /** This node among all that share its store, and the sessions that they have together. */
  get together(): Together {
    if (this.#nodes === undefined) return { number: 0, nodes: 1, sessions: this.#table.size };
    const { number, count } = this.#nodes;
    return { number, nodes: count, sessions: this.#registry.sessions.size };
  }

  /** How many sessions stand where in their lives. */
  get phases(): Readonly<Record<Phase, number>> {
    return this.#table.phases;
  }

  /** How much all groups keep, and for whom. */
  get usage(): Usage {
    return this.#table.usage;
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
    return this.#table.hosts.get(groupLog(group));
  }

  ofSession(session: string): GroupHost | undefined {
    return this.#table.ofSession(session);
  }

  invitation(nameplate: string): Invitation | undefined {
    return this.#registry.invitations.get(nameplate);
  }

  /**
   * Appends an entry to the log of a group, which is made for `owner`, a network, if there is none. Rejects with
   * `StoreError`.
   */
  async append(group: string, entry: MemberEntry, owner: string): Promise<GroupAnswer> {
    const known = this.find(group);
    if (known !== undefined) return known.append(entry);
    if (this.#setAside.has(groupLog(group))) return refuse("relay.damaged");
    const host = this.#make(group, owner);
    // In the registry first, so that there is never a log which nobody knows of.
    const [, answer] = await Promise.all([this.#registry.append({ type: "group", group }), host.append(entry)]);
    return answer;
  }

  /** Makes a group that connections are in, for `owner`, a network, or a group such a one. Rejects with `StoreError`. */
  async found(entry: Extract<LiveEntry, { type: "found" }>, owner: string): Promise<LiveAnswer> {
    const known = this.find(entry.group);
    if (known !== undefined) return known.appendLive(entry);
    if (this.#setAside.has(groupLog(entry.group))) return answerWithoutGroup(entry);
    const host = this.#make(entry.group, owner);
    const [, answer] = await Promise.all([
      this.#registry.append({ type: "group", group: entry.group }),
      host.appendLive(entry),
    ]);
    if (!answer.ok) this.#dissolveIfEmpty(host);
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
    void this.#nodes?.close();
    this.#setAside.close();
    for (const host of this.#table.hosts.values()) host.close();
  }

  #hear(host: GroupHost | undefined, record: LogRecord, waiter: AppendWaiter | undefined): void {
    if (host === undefined || this.#nodes?.follows(host, record) === false) return;
    this.#table.hear(host, record, waiter);
    // Whoever has appended the last entry of a group dissolves it.
    if (this.#nodes !== undefined && waiter === undefined && host.isEmpty) this.#release(host);
  }

  async #join(nodes: Nodes): Promise<Numbering> {
    const node = await nodes.start().catch((error: unknown) => {
      throw new StartError(`the store of the relay does not serve: ${messageOf(error)}`);
    });
    this.#registry.start();
    return numbersOf(node);
  }

  /** What nodes need of this one. */
  #hosting(): Hosting {
    const { elsewhere: watcher, isNeeded, sayAgain, expel } = this.#watcher;
    return {
      ...{ hosts: this.#table.hosts, registry: this.#registry, watcher, isNeeded, sayAgain, expel },
      adopt: (id, group) => {
        const host = this.#host(id, null);
        this.#renew(host, group);
        host.start();
        return host;
      },
      renew: (host, group) => this.#renew(host, group),
      release: (host) => this.#release(host),
      isRun: (session) => this.ofSession(session) !== undefined,
      isLost: (log) => this.#setAside.has(log),
      lose: (log) => this.#lose([log]),
    };
  }

  #renew(host: GroupHost, group: Group): void {
    for (const news of this.#table.renew(host, group)) this.#tell(host, news);
  }

  /** Runs a group no more. */
  #release(host: GroupHost): void {
    if (this.#table.remove(host)) this.#nodes?.unfollow(host);
  }

  /** Makes a group that nobody has made, as far as is known here. */
  #make(id: string, owner: string): GroupHost {
    const host = this.#host(id, owner);
    this.#nodes?.follow(host);
    return host;
  }

  #host(id: string, owner: string | null): GroupHost {
    const links = { cache: this.#cache.forGroup(), watcher: this.#hears, owner };
    const host = new GroupHost(id, this.#surroundings, links);
    this.#table.add(host);
    return host;
  }

  /** Sets groups aside of which a part is lost, because nobody can say what their state is. */
  #lose(logs: readonly string[]): void {
    for (const log of logs) {
      const host = this.#table.hosts.get(log);
      const sessions = [...(host?.sessions.keys() ?? this.#registry.sessionsOf(groupOfLog(log)))];
      this.#setAside.add(log, sessions);
      if (host !== undefined) this.#release(host);
      if (host !== undefined) for (const session of sessions) this.#watcher.tell(host, { type: "forgotten", session });
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
    this.#table.note(host, news);
    if (news.type === "forgotten") this.#nodes?.forgotten(news.session);
    this.#watcher.tell(host, news);
  }

  #dissolveIfEmpty(host: GroupHost): void {
    if (this.#isClosed || !host.isEmpty || this.#table.hosts.get(host.log) !== host) return;
    this.#release(host);
    // Not what another node may have appended behind it: of an empty group it tells all there is.
    this.#drop(host.log, this.#nodes === undefined ? Number.POSITIVE_INFINITY : host.position + 1);
  }

  /** Deletes a log for good. */
  #drop(log: string, before = Number.POSITIVE_INFINITY): void {
    const group = groupOfLog(log);
    const steps: Promise<unknown>[] = [this.#surroundings.store.trim(log, before)];
    if (group !== undefined) steps.push(this.#registry.append({ type: "dissolve", group }));
    Promise.all(steps).catch((error: unknown) => {
      logFailure(this.#surroundings.log, error, { message: "a group could not be dissolved" });
    });
  }
}
