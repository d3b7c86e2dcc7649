import type { LogRecord } from "@countersign/relay";
import { messageOf, StartError } from "../failure.ts";
import { type GroupHost, groupLog, groupOfLog } from "./group-host.ts";
import type { Surroundings } from "./machine.ts";
import type { RegistryHost } from "./registry-host.ts";

/** What is read at the start. */
export interface Reading {
  readonly registry: RegistryHost;
  /** By log. */
  readonly groups: ReadonlyMap<string, GroupHost>;
  /** Makes a group of which a first entry was found. */
  host(group: string): GroupHost;
}

/** Applies what is in a store that only this node uses, and answers the names of the logs that cannot be gone on from. */
export async function readAll({ store }: Surroundings, { registry, groups, host }: Reading): Promise<Set<string>> {
  const unreadable = new Set<string>();
  const visit = (log: string, record: LogRecord) => {
    const id = groupOfLog(log);
    const read = id === undefined ? registry : (groups.get(log) ?? host(id));
    if (!read.replay(record)) unreadable.add(log);
  };
  const damaged = await store.scan(visit).catch((error: unknown) => {
    throw new StartError(`the data of the relay cannot be read: ${messageOf(error)}`);
  });
  return new Set([...damaged, ...unreadable]);
}

/** Appends what the end of the last relay has left undone. `isLost`: of logs that cannot be gone on from. */
export async function settleAll(
  { registry, groups }: Omit<Reading, "host">,
  isLost: (log: string) => boolean,
): Promise<void> {
  const steps: Promise<unknown>[] = [];
  for (const host of groups.values()) {
    if (host.live !== null) steps.push(host.detachAll());
    if (!registry.groups.has(host.id)) steps.push(registry.append({ type: "group", group: host.id }));
  }
  for (const group of registry.groups) {
    const log = groupLog(group);
    if (!groups.has(log) && !isLost(log)) steps.push(registry.append({ type: "dissolve", group }));
  }
  await Promise.all(steps).catch((error: unknown) => {
    throw new StartError(`the data of the relay cannot be written: ${messageOf(error)}`);
  });
}

/** Groups whose timers are started in one turn of the event loop. */
const STARTED_AT_ONCE = 1_000;

/** Starts the timers of groups; of many not all at once: clients need not wait for it. */
export function startTimers(hosts: Iterator<GroupHost>, isClosed: () => boolean): void {
  for (let i = 0; i < STARTED_AT_ONCE; i++) {
    const { done, value: host } = hosts.next();
    if (done === true || isClosed()) return;
    host.start();
  }
  setImmediate(() => startTimers(hosts, isClosed));
}
