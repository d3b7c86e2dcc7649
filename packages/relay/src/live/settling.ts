import { releaseEvents } from "../events.ts";
import type { Group } from "../group-state.ts";
import { hasTokens } from "../member.ts";
import type { GroupOutput } from "../output.ts";
import type { Session } from "../session-state.ts";
import { weightOfSession } from "../weight.ts";

/** Removes a session with all it holds. */
export function remove(group: Group, session: Session): readonly GroupOutput[] {
  releaseEvents(group, session, session.events);
  group.sessions.delete(session.id);
  group.weight -= weightOfSession(session);
  return [
    { type: "forgotten", session: session.id },
    { type: "cancel", key: session.id },
  ];
}

/**
 * When no connection is left, nobody can come back to the sessions in which nobody has a token: they go. With the last
 * session of those who have one, the group is none for connections any more.
 */
export function settle(group: Group): readonly GroupOutput[] {
  if (group.live === null || group.live.connections.size > 0) return [];
  const outputs = [...group.sessions.values()].flatMap((session) => (hasTokens(session) ? [] : remove(group, session)));
  if (group.sessions.size === 0) group.live = null;
  return outputs;
}
