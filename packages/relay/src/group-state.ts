import type { SnapshotEntry } from "./entry.ts";
import type { LiveGroup } from "./live/state.ts";
import type { GroupOutput } from "./output.ts";
import type { Session } from "./session-state.ts";

/** A group: sessions of the same people, in the order in which they were made. */
export interface Group {
  /** The position of the last entry that was applied. */
  position: number;
  /** Records in the log. */
  stored: number;
  /** Records in the log that hold a message which somebody has not processed yet. */
  kept: number;
  readonly sessions: Map<string, Session>;
  /** Those of its members that are there only while they are connected, null if there are none. */
  live: LiveGroup | null;
}

/** A group whose log is empty. */
export function createGroup(): Group {
  return { position: 0, stored: 0, kept: 0, sessions: new Map(), live: null };
}

/** The snapshot that is worth appending, undefined while little would be gained by it. */
export function groupSnapshot(group: Group): SnapshotEntry | undefined {
  const superfluous = group.stored - group.kept;
  if (superfluous <= Math.max(MIN_SUPERFLUOUS, group.kept)) return undefined;
  return { type: "snapshot", position: group.position, state: stateOf(group) };
}

/**
 * Puts a snapshot in the place of the state. Where the log was applied up to there they are equal; where the log begins
 * with messages that were kept, only the snapshot says what they belong to.
 */
export function restoreGroup(group: Group, position: number, entry: SnapshotEntry): readonly GroupOutput[] {
  const isVoid = group.position > entry.position;
  group.position = position;
  group.stored++;
  if (isVoid) return [];
  const { sessions, live } = entry.state as GroupState;
  group.sessions.clear();
  // One of before there were live groups has none.
  group.live = copyOf(live ?? null);
  for (const session of sessions) group.sessions.set(session.id, copyOf(session));
  const keep = sessions
    .flatMap((session) => session.events)
    .flatMap((event) => (event.type === "message" ? [event.position] : []))
    .sort((a, b) => a - b);
  group.kept = keep.length;
  group.stored = keep.length + 1;
  return [{ type: "trim", before: position, keep }];
}

/** Below this many records a snapshot would cost more than it frees. */
const MIN_SUPERFLUOUS = 256;

/** Entries are not changed by applying them, states are. */
function copyOf<State>(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State;
}

interface GroupState {
  readonly sessions: readonly Session[];
  readonly live?: LiveGroup | null;
}

function stateOf(group: Group): GroupState {
  return { sessions: [...group.sessions.values()], live: group.live };
}
