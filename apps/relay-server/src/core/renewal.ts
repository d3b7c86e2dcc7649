import {
  endOf,
  type Group,
  type GroupEntry,
  hasTokens,
  type Session,
  type TimerOutput,
  timersOf,
} from "@countersign/relay";
import type { GroupNews } from "./group-machine.ts";

/** A group of which a part of the log was missed, because another node had shortened it, and was read again. */
export interface Renewal {
  readonly before: Pick<Group, "sessions" | "live">;
  readonly after: Pick<Group, "sessions" | "live">;
}

/** What the entries that were missed would have told, and some things more that are known already. */
export function newsOf({ before, after }: Renewal): readonly GroupNews[] {
  const news: GroupNews[] = [];
  for (const known of before.sessions.values()) {
    const session = after.sessions.get(known.id);
    news.push(...cut(known, session));
    if (session === undefined) news.push({ type: "forgotten", session: known.id });
  }
  for (const [id, session] of after.sessions) {
    const known = before.sessions.get(id);
    if (known === undefined) news.push({ type: "made", session: id });
    news.push({ type: "event", session: id, seq: session.seq });
    if (hasTokens(session)) news.push(...presence({ before, after }, session));
  }
  if (after.live !== null) news.push({ type: "due", connections: [...after.live.connections.keys()] });
  return news;
}

/**
 * The timers of all sessions that have gone on. The others do not begin their lives anew: a node that reads a group again
 * and again would keep them for ever.
 */
export function timersAfter({ before, after }: Renewal): readonly TimerOutput<GroupEntry>[] {
  const goneOn = [...after.sessions.values()].filter(({ id, activity, phase }) => {
    const known = before.sessions.get(id);
    return known?.activity !== activity || known.phase !== phase;
  });
  return timersOf(goneOn);
}

/** The connections that were not done with a session that has ended. */
function cut(known: Session, session: Session | undefined): readonly GroupNews[] {
  const ended = session === undefined ? "expired" : session.phase;
  if (endOf(known) !== undefined || (ended !== "aborted" && ended !== "expired")) return [];
  const left = (session ?? known).members.filter(({ finished }) => !finished);
  const connections = left.flatMap(({ connection }) => connection ?? []);
  return connections.length === 0 ? [] : [{ type: "cut", connections, session: known.id, ended }];
}

/** The connections in a session that have come or gone. */
function presence({ before, after }: Renewal, { id, members }: Session): readonly GroupNews[] {
  const known = before.sessions.get(id)?.members ?? [];
  return members.flatMap(({ number, connection }): GroupNews[] => {
    if (connection === null) return [];
    const wasIn = known.some((one) => one.connection === connection);
    const wasOnline = wasIn && before.live?.connections.has(connection) === true;
    const online = after.live?.connections.has(connection) === true;
    return online === wasOnline ? [] : [{ type: "presence", session: id, number, online }];
  });
}
