import { type Group, keep, positionOf, release } from "../group-state.ts";
import { weightOfNumbers } from "../weight.ts";
import type { TakenEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import type { LiveConnection, LiveEvent, LiveGroup } from "./state.ts";

type WithoutSeq<Event> = Event extends LiveEvent ? Omit<Event, "seq"> : never;

/** Tells connections something, as far as they are there; nobody is told later. */
export function tell(group: Group, connections: readonly number[], news: WithoutSeq<LiveEvent>): LiveOutput[] {
  const { live } = group;
  if (live === null) return [];
  const seq = live.seq + 1;
  const present: number[] = [];
  for (const number of connections) {
    const connection = live.connections.get(number);
    if (connection === undefined) continue;
    connection.due.push(seq);
    present.push(number);
  }
  if (present.length === 0) return [];
  const event: LiveEvent = { seq, ...news };
  live.seq = seq;
  live.events.push(event);
  live.bytes += sizeOf(event);
  group.weight += sizeOf(event);
  keep(group, positionOf(event));
  return [{ type: "due", connections: present }];
}

/** Notes what connections have been handed, and drops what all have. */
export function taken(group: Group, live: LiveGroup, entry: TakenEntry): LiveOutput[] {
  for (const [number, seq] of entry.taken) {
    const connection = live.connections.get(number);
    connection?.due.splice(0, indexBehind(connection, seq));
  }
  trimOutbox(group, live);
  return reply();
}

/** Drops the events in front of the first one that somebody has not been handed yet. */
export function trimOutbox(group: Group, live: LiveGroup): void {
  let first = live.seq + 1;
  for (const { due } of live.connections.values()) first = Math.min(first, due[0] ?? first);
  const floor = live.seq - live.events.length;
  for (const event of live.events.splice(0, first - floor - 1)) {
    release(group, positionOf(event));
    live.bytes -= sizeOf(event);
    group.weight -= sizeOf(event);
  }
}

/** The first event behind `after` that a connection has not been handed yet, undefined if there is none. */
export function nextDue(live: LiveGroup, connection: LiveConnection, after: number): LiveEvent | undefined {
  const seq = connection.due[indexBehind(connection, after)];
  return seq === undefined ? undefined : live.events[seq - (live.seq - live.events.length) - 1];
}

/** The index of the first event behind `seq` among those that a connection is due. */
function indexBehind({ due }: LiveConnection, seq: number): number {
  // Mostly all that is due is behind it, or nothing.
  if ((due[0] ?? Number.POSITIVE_INFINITY) > seq) return 0;
  if ((due.at(-1) ?? 0) <= seq) return due.length;
  let low = 0;
  let high = due.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((due[middle] ?? 0) > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sizeOf(event: LiveEvent): number {
  return "size" in event ? event.size : weightOfNumbers("numbers" in event ? event.numbers : []);
}
