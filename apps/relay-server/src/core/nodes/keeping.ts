import type { SharedLogStore } from "@countersign/relay";
import { every, type Timer } from "../../clock.ts";
import { logFailure } from "../../log.ts";
import { type GroupHost, groupLog } from "../group-host.ts";
import type { Surroundings } from "../machine.ts";
import { nodeOf } from "./connection-numbers.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Hosting } from "./hosting.ts";
import type { Lease } from "./lease.ts";

/** Milliseconds between two looks at what this node runs. */
const ROUND = 10_000;
/** Milliseconds for which nobody here needs a group until it is let go. */
const LINGER = 30_000;
/** Rounds after which a node makes sure of who is connected elsewhere. */
const LEARN = 6;
/** Rounds after which everything is said again that is said for a day. */
const REPEAT = 360;
/** Milliseconds for which a node has to be alone with letting go of a group. */
const ALONE = 10_000;
const LIFE = 86_400_000;

interface KeepingOptions {
  readonly store: SharedLogStore;
  readonly surroundings: Surroundings;
  readonly hosting: Hosting;
  readonly lease: Lease;
  readonly elsewhere: Elsewhere;
  /** Runs a group if it is any. */
  load(group: string): Promise<void>;
}

/**
 * Which groups a node keeps. One that nobody here needs is let go, but not by the last node that runs it: its timers run
 * on. What a node leaves behind that is gone, another one takes up.
 */
export class Keeping {
  readonly #options: KeepingOptions;
  /** Since when nobody here needs a group. */
  readonly #idle = new Map<GroupHost, number>();
  #rounds: Timer | undefined;
  #count = 0;
  #isClosed = false;

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds = every(this.#options.surroundings.clock, ROUND, () => void this.#round());
    if (this.#options.lease.isFirst) void this.#takeUp();
  }

  /** A group is run here from now on. */
  took(host: GroupHost): void {
    this.#say(host);
  }

  /** Somebody here asks for a group. */
  wanted(host: GroupHost): void {
    this.#idle.delete(host);
  }

  /** A group is run here no more. */
  left(host: GroupHost): void {
    this.#idle.delete(host);
    const { store, lease } = this.#options;
    store.facts.retract(topicOf(host.id), HOST + lease.node, RUNS).catch(ignore);
  }

  /** Notices nodes that are gone and whose connections are still in a group. */
  suspectThoseOf({ live }: GroupHost): void {
    for (const connection of live?.connections.keys() ?? []) this.#options.lease.suspect(nodeOf(connection));
  }

  /** Another node is gone: its members are offline, its connections leave their groups, its groups are taken up. */
  gone(node: number): void {
    const { elsewhere, hosting, lease, surroundings } = this.#options;
    surroundings.log.warn({ node }, "another node is gone");
    elsewhere.gone(node);
    this.#soon(() => {
      for (const host of hosting.hosts.values()) {
        for (const connection of host.live?.connections.keys() ?? []) {
          if (nodeOf(connection) === node) host.detach(connection);
        }
      }
    });
    if (lease.isFirst) void this.#takeUp();
  }

  /** Others may have taken this node for gone. */
  lapsed(): void {
    this.#options.surroundings.log.warn({}, "this node was not heard of for a while");
    this.#sayAll();
  }

  /** A session exists no more, so that nobody has to find it. */
  forgotten(session: string): void {
    const { registry, isRun } = this.#options.hosting;
    this.#soon(() => {
      // It may have been made again, by the same name.
      if (registry.sessions.has(session) && !isRun(session)) registry.append({ type: "unlist", session }).catch(ignore);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#rounds?.cancel();
  }

  /** Says again what others know of this node. */
  #sayAll(): void {
    const { hosting } = this.#options;
    for (const host of hosting.hosts.values()) this.#say(host);
    hosting.sayAgain();
  }

  #say(host: GroupHost): void {
    const { store, lease } = this.#options;
    store.facts.say(topicOf(host.id), HOST + lease.node, { value: RUNS, life: LIFE }).catch(ignore);
  }

  async #round(): Promise<void> {
    const { elsewhere, hosting, surroundings } = this.#options;
    if (++this.#count % REPEAT === 0) this.#sayAll();
    hosting.expel();
    const now = surroundings.clock.now();
    for (const host of [...hosting.hosts.values()]) {
      this.#enter(host);
      const since = this.#idle.get(host) ?? now;
      if (this.#count % LEARN === 0) elsewhere.learn(host).catch(ignore);
      if (hosting.isNeeded(host) || !host.isIdle) this.#idle.delete(host);
      else if (now - since < LINGER) this.#idle.set(host, since);
      else await this.#letGo(host).catch(ignore);
    }
  }

  /** Whoever dissolved the group did not know that it was going on. */
  #enter({ id, sessions }: GroupHost): void {
    const { registry } = this.#options.hosting;
    if (!registry.groups.has(id)) registry.append({ type: "group", group: id }).catch(ignore);
    for (const session of sessions.keys()) {
      if (!registry.sessions.has(session)) registry.append({ type: "list", group: id, session }).catch(ignore);
    }
  }

  async #letGo(host: GroupHost): Promise<void> {
    const { store, hosting, lease } = this.#options;
    const topic = topicOf(host.id);
    const self = String(lease.node);
    // One after the other, or all would leave it to each other.
    if (!(await store.facts.claim(topic, LEAVES, { value: self, life: ALONE }))) return;
    const isRunElsewhere = nodesIn(await store.facts.all(topic)).some((n) => n !== lease.node && lease.isAlive(n));
    if (isRunElsewhere && this.#idle.has(host) && host.isIdle && !hosting.isNeeded(host)) hosting.release(host);
    await store.facts.retract(topic, LEAVES, self);
  }

  /** Takes up the groups that no node runs, and dissolves those that are none any more. */
  async #takeUp(): Promise<void> {
    const { store, hosting, lease, load, surroundings } = this.#options;
    try {
      for (const group of [...hosting.registry.groups]) {
        if (this.#isClosed) return;
        if (hosting.hosts.has(groupLog(group))) continue;
        const isRun = nodesIn(await store.facts.all(topicOf(group))).some((node) => lease.isAlive(node));
        if (isRun) continue;
        await load(group);
        if (hosting.hosts.has(groupLog(group))) continue;
        await hosting.registry.append({ type: "dissolve", group });
        for (const session of hosting.registry.sessionsOf(group)) this.forgotten(session);
      }
    } catch (error) {
      logFailure(surroundings.log, error, { message: "groups of a node that is gone were not taken up" });
    }
  }

  /** Does what every node would do that knows of it, a little later than the one before. */
  #soon(run: () => void): void {
    const { surroundings, lease } = this.#options;
    surroundings.clock.after(lease.lateness, () => {
      if (!this.#isClosed) run();
    });
  }
}

const HOST = "host/";
const RUNS = "runs";
const LEAVES = "leaves";

/** Where it is said which nodes run a group. */
function topicOf(group: string): string {
  return `hosts/${group}`;
}

function nodesIn(said: ReadonlyMap<string, string>): number[] {
  return [...said.keys()].filter((key) => key.startsWith(HOST)).map((key) => Number(key.slice(HOST.length)));
}

/** What could not be said is said again by and by. */
const ignore = () => undefined;
