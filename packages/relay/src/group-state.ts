import type { SnapshotEntry } from "./entry.ts";
import type { LiveConnection, LiveEvent, LiveGroup } from "./live/state.ts";
import type { GroupOutput, TrimOutput } from "./output.ts";
import type { Session, SessionEvent } from "./session-state.ts";
import { weightOfSession } from "./weight.ts";

/** A group: sessions of the same people, in the order in which they were made. */
export interface Group {
  /** The position of the last entry that was applied. */
  position: number;
  /** Records in the log. */
  stored: number;
  /** About how many characters members wrote in them, counted as in `weight`. */
  written: number;
  /** Records in the log that hold what somebody has not got yet, and in how many events it stands. */
  readonly kept: Map<number, number>;
  readonly sessions: Map<string, Session>;
  /** Characters of all that is kept, sessions included: for quotas. Follows from the rest. */
  weight: number;
  /** What it has for connections, null if none can be in it. */
  live: LiveGroup | null;
}

/** A group whose log is empty. */
export function createGroup(): Group {
  return { position: 0, stored: 0, written: 0, kept: new Map(), sessions: new Map(), weight: 0, live: null };
}

/** Takes a new session into the group. */
export function addSession(group: Group, session: Session): void {
  group.sessions.set(session.id, session);
  group.weight += weightOfSession(session);
}

/** Notes that one more event is about the record at a position; null where an event needs none. */
export function keep({ kept }: Group, position: number | null): void {
  if (position !== null) kept.set(position, (kept.get(position) ?? 0) + 1);
}

/** Notes that an event is kept no more. */
export function release({ kept }: Group, position: number | null): void {
  if (position === null) return;
  const events = (kept.get(position) ?? 0) - 1;
  if (events > 0) kept.set(position, events);
  else kept.delete(position);
}

/**
 * The snapshot that is worth appending, undefined while little would be gained by it. `patience`, from 0 to 1, is the part
 * of what is usual that may pile up before: another one for each group keeps groups that began together from being
 * shortened in the same moment.
 */
export function groupSnapshot(group: Group, patience = 1): SnapshotEntry | undefined {
  const { records, characters } = MIN_SUPERFLUOUS;
  if (!isWorthShortening(group, { records: records * patience, characters: characters * patience })) return undefined;
  return { type: "snapshot", position: group.position, state: groupState(group) };
}

/**
 * What can be dropped of a log that nobody will ever read from its beginning, undefined while that is little. It takes no
 * snapshot, so it may be asked for often.
 */
export function groupExcess(group: Group): TrimOutput | undefined {
  if (!isWorthShortening(group, MIN_EXCESS)) return undefined;
  // The last record stays in any case, because a log that loses all begins to count anew.
  noteShortened(group);
  return { type: "trim", before: group.position, keep: keptPositions(group) };
}

/**
 * Puts a snapshot in the place of the state. Where the log was applied up to there they are equal; where the log begins
 * with messages that were kept, only the snapshot says what they belong to. One that comes back to whoever made it holds
 * the state itself.
 */
export function restoreGroup(group: Group, position: number, entry: SnapshotEntry): readonly GroupOutput[] {
  const isVoid = group.position > entry.position;
  group.position = position;
  group.stored++;
  if (isVoid) return [];
  const state = entry.state as GroupState;
  if (!isStateOf(group, state)) restoreState(group, state);
  noteShortened(group);
  return [{ type: "trim", before: position, keep: keptPositions(group) }];
}

/**
 * Whether more of the log is superfluous than not, in records or in what they hold: long messages that were refused, or
 * sent again, count to no quota, however many short ones are kept.
 */
function isWorthShortening({ stored, kept, written, weight }: Group, { records, characters }: Superfluous): boolean {
  return stored - kept.size > Math.max(records, kept.size) || written - weight > Math.max(characters, weight);
}

function noteShortened(group: Group): void {
  group.stored = group.kept.size + 1;
  group.written = group.weight;
}

/** The positions of the records that hold what somebody has not got yet, in ascending order. */
function keptPositions({ kept }: Group): number[] {
  return [...kept.keys()].sort((a, b) => a - b);
}

/** Whether a state is not only equal to that of the group, but made of the very same objects. */
function isStateOf(group: Group, { sessions, live }: GroupState): boolean {
  const isSame = sessions.length === group.sessions.size && sessions.every((one) => group.sessions.get(one.id) === one);
  return isSame && live?.events === group.live?.events;
}

function restoreState(group: Group, { sessions, live }: GroupState): void {
  group.sessions.clear();
  for (const session of sessions) group.sessions.set(session.id, copyOf(session));
  group.live = live === null ? null : { ...copyOf(live), connections: byNumber(copyOf(live.connections)) };

  group.kept.clear();
  for (const { events } of sessions) for (const event of events) keep(group, positionOf(event));
  for (const event of live?.events ?? []) keep(group, positionOf(event));
  group.weight = sessions.reduce((sum, one) => sum + weightOfSession(one) + one.bytes, live?.bytes ?? 0);
}

/** Where in the log the rest of an event stands, null if it has all in itself. */
export function positionOf(event: SessionEvent | LiveEvent): number | null {
  return "position" in event ? event.position : null;
}

/** The state of a group as plain data, as snapshots hold it. */
export function groupState(group: Group): GroupState {
  const { sessions, live } = group;
  return {
    sessions: [...sessions.values()],
    live: live === null ? null : { ...live, connections: [...live.connections.values()] },
  };
}

interface Superfluous {
  readonly records: number;
  readonly characters: number;
}

/** Below this a snapshot would cost more than it frees. */
const MIN_SUPERFLUOUS: Superfluous = { records: 256, characters: 1024 * 1024 };
/** The same where no snapshot is needed. */
const MIN_EXCESS: Superfluous = { records: 32, characters: 128 * 1024 };

interface GroupState {
  readonly sessions: readonly Session[];
  readonly live: (Omit<LiveGroup, "connections"> & { readonly connections: readonly LiveConnection[] }) | null;
}

/** Entries are not changed by applying them, states are. */
function copyOf<State>(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State;
}

function byNumber(connections: readonly LiveConnection[]): Map<number, LiveConnection> {
  return new Map(connections.map((connection) => [connection.number, connection]));
}
