import { DamagedLogError, type LogRecord, type SharedLogStore } from "@countersign/relay";
import { messageOf, StoreError } from "../../failure.ts";
import { logFailure } from "../../log.ts";
import { type GroupHost, groupLog } from "../group-host.ts";
import type { Surroundings } from "../machine.ts";
import { REGISTRY_LOG } from "../registry-host.ts";
import { Elsewhere } from "./elsewhere.ts";
import type { Hosting } from "./hosting.ts";
import { Keeping } from "./keeping.ts";
import { Lease } from "./lease.ts";
import { readGroup } from "./read-group.ts";

/** What a call is about, as far as this node may have to read it first. */
export type Need = { readonly group: string } | { readonly session: string } | { readonly nameplate: string };

/** Milliseconds until what could not be read is read again. */
const RETRY = 1_000;
/** Entries of the registry that are read at once. */
const PORTION = 1_024;

/**
 * A relay of several nodes, as one of them sees it: runs the groups that somebody who is connected here has to do with,
 * from the logs that all nodes have in common, and none of them for itself.
 */
export class Nodes {
  readonly elsewhere: Elsewhere;
  readonly #store: SharedLogStore;
  readonly #surroundings: Surroundings;
  readonly #hosting: Hosting;
  readonly #lease: Lease;
  readonly #keeping: Keeping;
  readonly #following = new Map<GroupHost, () => void>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Groups that have missed something. */
  readonly #stale = new Set<GroupHost>();
  #stop: () => void = () => undefined;
  #isClosed = false;

  constructor(store: SharedLogStore, surroundings: Surroundings, hosting: Hosting) {
    this.#store = store;
    this.#surroundings = surroundings;
    this.#hosting = hosting;
    const { clock } = surroundings;
    this.#lease = new Lease({
      facts: store.facts,
      clock,
      watcher: { gone: (node) => this.#keeping.gone(node), lapsed: () => this.#keeping.lapsed() },
    });
    const lease = this.#lease;
    const { watcher } = hosting;
    this.elsewhere = new Elsewhere({
      ...{ store, clock, watcher },
      node: () => lease.node,
      isAlive: (node) => lease.isAlive(node),
    });
    const load = (group: string) => this.#load(group);
    this.#keeping = new Keeping({ store, surroundings, hosting, lease, elsewhere: this.elsewhere, load });
  }

  /** Milliseconds by which the timers of this node are later than they might. */
  get lateness(): number {
    return this.#lease.lateness;
  }

  /** The number of this node, 0 before it has one. */
  get number(): number {
    return this.#lease.node;
  }

  /** How many nodes are there, this one among them. */
  get count(): number {
    return this.#lease.count;
  }

  /** Reads the registry and takes a number, which is the answer. Rejects with what the store says. */
  async start(): Promise<number> {
    await this.#readRegistry();
    const node = await this.#takeNumber();
    this.#stop = this.#store.onNotice((_log, notice) => this.elsewhere.hear(notice));
    this.#keeping.start();
    return node;
  }

  /** Sees to it that what a call is about is here, as far as it is anywhere. Rejects with `StoreError`. */
  async prepare(need: Need): Promise<void> {
    try {
      const group = "group" in need ? need.group : await this.#groupOf(need);
      if (group === undefined) return;
      const host = this.#hosting.hosts.get(groupLog(group));
      if (host === undefined) return await this.#load(group);
      this.#keeping.wanted(host);
      await this.#store.caughtUp(host.log);
    } catch (error) {
      throw new StoreError(messageOf(error), { cause: error });
    }
  }

  /** Begins to hear what is appended to the log of a group. */
  follow(host: GroupHost): void {
    const lost = () => this.#hosting.lose(host.log);
    this.#following.set(host, this.#store.follow(host.log, host.position, lost));
    this.#keeping.took(host);
  }

  /** A group is run here no more. */
  unfollow(host: GroupHost): void {
    this.#following.get(host)?.();
    this.#following.delete(host);
    this.#stale.delete(host);
    this.#keeping.left(host);
    for (const session of host.sessions.keys()) this.elsewhere.forget(session);
  }

  /** A session exists no more. */
  forgotten(session: string): void {
    this.elsewhere.forget(session);
    this.#keeping.forgotten(session);
  }

  /** Whether an entry can be applied: where it does not follow the one before, the group is read again. */
  follows(host: GroupHost, { position }: LogRecord): boolean {
    if (this.#stale.has(host)) return false;
    // Of a log that was empty nobody knows how long it once was.
    if (position === host.position + 1 || host.position === 0) return true;
    void this.#readAgain(host);
    return false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stop();
    this.#keeping.close();
    await this.#lease.close();
  }

  async #takeNumber(): Promise<number> {
    for (;;) {
      const answer = await this.#hosting.registry.append({ type: "node" });
      if (answer === undefined || !("node" in answer)) throw new StoreError("the registry gives no number to a node");
      // An engine that lost its newest entries may give one again.
      if (await this.#lease.start(answer.node)) return answer.node;
    }
  }

  async #groupOf(need: Exclude<Need, { readonly group: string }>): Promise<string | undefined> {
    const { registry } = this.#hosting;
    const find = () =>
      "session" in need ? registry.sessions.get(need.session) : registry.invitations.get(need.nameplate)?.group;
    const known = find();
    if (known !== undefined) return known;
    await this.#store.caughtUp(REGISTRY_LOG);
    return find();
  }

  #load(group: string): Promise<void> {
    const loading = this.#loading.get(group) ?? this.#read(group).finally(() => this.#loading.delete(group));
    this.#loading.set(group, loading);
    return loading;
  }

  async #read(id: string): Promise<void> {
    const log = groupLog(id);
    if (this.#hosting.isLost(log)) return;
    try {
      const group = await readGroup(this.#store, log);
      const isEmpty = group.sessions.size === 0 && group.live === null;
      if (isEmpty || this.#isClosed || this.#hosting.hosts.has(log)) return;
      const host = this.#hosting.adopt(id, group);
      this.follow(host);
      this.#keeping.suspectThoseOf(host);
      await this.elsewhere.learn(host);
    } catch (error) {
      if (!(error instanceof DamagedLogError)) throw error;
      this.#hosting.lose(log);
    }
  }

  async #readAgain(host: GroupHost): Promise<void> {
    this.#stale.add(host);
    this.#following.get(host)?.();
    this.#following.delete(host);
    try {
      const group = await readGroup(this.#store, host.log);
      if (this.#isClosed || !this.#stale.delete(host)) return;
      this.#hosting.renew(host, group);
      if (host.isEmpty) this.#hosting.release(host);
      else this.follow(host);
    } catch (error) {
      if (this.#isClosed || !this.#stale.has(host)) return;
      if (error instanceof DamagedLogError) return this.#hosting.lose(host.log);
      logFailure(this.#surroundings.log, error, { message: "a group could not be read again" });
      this.#surroundings.clock.after(RETRY, () => void this.#readAgain(host));
    }
  }

  /** Reads the registry from the beginning and goes on to hear what is appended to it. */
  async #readRegistry(): Promise<void> {
    const { registry } = this.#hosting;
    registry.clear();
    for (;;) {
      const records = await this.#store.read(REGISTRY_LOG, registry.position, PORTION);
      if (records.length === 0) break;
      for (const record of records) registry.replay(record);
    }
    this.#store.follow(REGISTRY_LOG, registry.position, (error) => this.#readRegistryAgain(error));
  }

  #readRegistryAgain(error: unknown): void {
    logFailure(this.#surroundings.log, error, { message: "the registry cannot be followed" });
    this.#surroundings.clock.after(RETRY, () => {
      if (!this.#isClosed) this.#readRegistry().catch((again: unknown) => this.#readRegistryAgain(again));
    });
  }
}
