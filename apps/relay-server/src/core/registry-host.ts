import {
  type AppendWaiter,
  applyToRegistry,
  createRegistry,
  type Invitation,
  type LogRecord,
  type RegistryAnswer,
  type RegistryEntry,
  registrySnapshot,
  registryTimers,
} from "@countersign/relay";
import { LogHost } from "./log-host.ts";
import type { Surroundings } from "./machine.ts";

/** The name of the registry's log. */
export const REGISTRY_LOG = "registry";

/** Which groups there are, and which numbers invite to them: what is not of one group, and the log of it. */
export class RegistryHost {
  readonly #registry = createRegistry();
  readonly #host: LogHost<RegistryEntry, RegistryAnswer, never>;

  constructor(surroundings: Surroundings) {
    const registry = this.#registry;
    const machine = {
      apply: (position: number, entry: RegistryEntry) => applyToRegistry(registry, position, entry),
      snapshot: () => registrySnapshot(registry),
      // It is short: a snapshot now and then is enough.
      excess: () => undefined,
      timers: () => registryTimers(registry),
      tell: () => undefined,
      idle: () => undefined,
    };
    this.#host = new LogHost<RegistryEntry, RegistryAnswer, never>(REGISTRY_LOG, machine, surroundings);
  }

  /** The position of the last entry that was applied. */
  get position(): number {
    return this.#registry.position;
  }

  /** The group of each session that is listed. */
  get sessions(): ReadonlyMap<string, string> {
    return this.#registry.sessions;
  }

  /** The sessions that are listed as those of a group. */
  sessionsOf(group: string | undefined): readonly string[] {
    return [...this.sessions].filter(([, owner]) => owner === group).map(([session]) => session);
  }

  get groups(): ReadonlySet<string> {
    return this.#registry.groups;
  }

  /** By nameplate. */
  get invitations(): ReadonlyMap<string, Invitation> {
    return this.#registry.invitations;
  }

  /** Applies an entry of before the relay was started. Answers whether it is one. */
  replay(record: LogRecord): boolean {
    return this.#host.replay(record);
  }

  /** Begins with the timers, once the whole log is applied. */
  start(): void {
    this.#host.start();
  }

  /** Applies an entry that has come back from the log. */
  hear(record: LogRecord, waiter: AppendWaiter | undefined): void {
    this.#host.hear(record, waiter);
  }

  /** Rejects with `StoreError`. */
  append(entry: RegistryEntry): Promise<RegistryAnswer | undefined> {
    return this.#host.append(entry);
  }

  /** Begins with an empty registry: to whose log nothing was appended, or which is read from its beginning. */
  clear(): void {
    Object.assign(this.#registry, createRegistry());
  }

  close(): void {
    this.#host.close();
  }
}
