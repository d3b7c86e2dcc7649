import {
  applyToRegistry,
  createRegistry,
  type GroupAnswer,
  type Invitation,
  type LiveAnswer,
  type LiveEntry,
  type MemberEntry,
  type Refusal,
  type Registry,
  type RegistryEntry,
  registrySnapshot,
  registryTimers,
} from "@countersign/relay";
import { messageOf, StartError } from "../failure.ts";
import { EnvelopeCache } from "./envelope-cache.ts";
import { GroupHost, type GroupWatcher, groupLog } from "./group-host.ts";
import { LogHost, type Surroundings } from "./log-host.ts";

type RegistryAnswer = { readonly ok: true; readonly nameplate: string } | Refusal;

/** Whom the directory tells of what happens in its sessions. */
export type SessionWatcher = Omit<GroupWatcher, "idle">;

const REGISTRY_LOG = "registry";

/** All groups of the relay: finds them, makes them, and dissolves those in which nothing is left. */
export class Directory {
  readonly #surroundings: Surroundings;
  readonly #watcher: SessionWatcher;
  readonly #registry: Registry = createRegistry();
  readonly #registryHost: LogHost<RegistryEntry, RegistryAnswer, never>;
  readonly #groups = new Map<string, GroupHost>();
  readonly #cache = new EnvelopeCache();
  /** The group of each session. */
  readonly #sessions = new Map<string, GroupHost>();
  readonly #stop: () => void;
  #isClosed = false;

  constructor(surroundings: Surroundings, watcher: SessionWatcher) {
    this.#surroundings = surroundings;
    this.#watcher = watcher;
    const registry = this.#registry;
    const machine = {
      apply: (position: number, entry: RegistryEntry) => applyToRegistry(registry, position, entry),
      snapshot: () => registrySnapshot(registry),
      timers: () => registryTimers(registry),
      tell: () => undefined,
      idle: () => undefined,
    };
    this.#registryHost = new LogHost<RegistryEntry, RegistryAnswer, never>(REGISTRY_LOG, machine, surroundings);
    this.#stop = surroundings.store.subscribe((log, record) => {
      if (log === REGISTRY_LOG) this.#registryHost.hear(record);
      else this.#groups.get(log)?.hear(record);
    });
  }

  /** Reads all logs. Throws `StartError`. */
  async load(): Promise<void> {
    await this.#registryHost.load();
    for (const id of this.#registry.groups) {
      const host = this.#host(id);
      await host.load();
      await host.detachAll().catch((error: unknown) => {
        throw new StartError(`the data of the relay cannot be written: ${messageOf(error)}`);
      });
      for (const session of host.sessions.keys()) this.#sessions.set(session, host);
      this.#dissolveIfEmpty(host);
    }
  }

  get size(): { readonly groups: number; readonly sessions: number; readonly invitations: number } {
    return {
      groups: this.#groups.size,
      sessions: this.#sessions.size,
      invitations: this.#registry.invitations.size,
    };
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

  /** Appends an entry to the log of a group, which is made if there is none. Rejects with `StoreError`. */
  async append(group: string, entry: MemberEntry): Promise<GroupAnswer> {
    const known = this.find(group);
    if (known !== undefined) return known.append(entry);
    const host = this.#host(group);
    // In the registry first, so that there is never a log which nobody knows of.
    const [, answer] = await Promise.all([this.#registryHost.append({ type: "group", group }), host.append(entry)]);
    return answer;
  }

  /** Makes a live group. Rejects with `StoreError`. */
  async found(entry: Extract<LiveEntry, { type: "found" }>): Promise<LiveAnswer> {
    const host = this.#host(entry.group);
    const [, answer] = await Promise.all([
      this.#registryHost.append({ type: "group", group: entry.group }),
      host.appendLive(entry),
    ]);
    return answer;
  }

  /** Gives a session a nameplate. Rejects with `StoreError`. */
  async invite(entry: Extract<RegistryEntry, { type: "invite" }>): Promise<RegistryAnswer | undefined> {
    return this.#registryHost.append(entry);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#registryHost.close();
    for (const host of this.#groups.values()) host.close();
  }

  #host(id: string): GroupHost {
    const watcher: GroupWatcher = {
      changed: (host, session) => {
        if (!this.#sessions.has(session)) this.#sessions.set(session, host);
        this.#watcher.changed(host, session);
      },
      forgotten: (session) => {
        this.#sessions.delete(session);
        this.#watcher.forgotten(session);
      },
      tell: (connections, event) => this.#watcher.tell(connections, event),
      cut: (connections, session) => this.#watcher.cut(connections, session),
      idle: (host) => this.#dissolveIfEmpty(host),
    };
    const host = new GroupHost(id, this.#surroundings, { cache: this.#cache.forGroup(), watcher });
    this.#groups.set(host.log, host);
    return host;
  }

  #dissolveIfEmpty(host: GroupHost): void {
    if (this.#isClosed || !host.isEmpty || this.#groups.get(host.log) !== host) return;
    this.#groups.delete(host.log);
    host.close();
    const steps = [
      this.#surroundings.store.trim(host.log, Number.POSITIVE_INFINITY),
      this.#registryHost.append({ type: "dissolve", group: host.id }),
    ];
    Promise.all(steps).catch((error: unknown) => {
      this.#surroundings.log.warn({ reason: messageOf(error) }, "a group could not be dissolved");
    });
  }
}
