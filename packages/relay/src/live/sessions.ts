import type { MpcSession } from "@countersign/rpc";
import { addSession, type Group } from "../group-state.ts";
import type { GroupOutput } from "../output.ts";
import { createSession, type Session } from "../session-state.ts";
import { sessionTimer, touch } from "../timers.ts";
import { weightOf } from "../weight.ts";
import type { BeginEntry, VisitEntry } from "./entry.ts";
import { tell } from "./outbox.ts";
import { reply } from "./output.ts";
import { findSession, isLive, isRefused, type LiveSession, violates } from "./rules.ts";
import { type LiveGroup, requiredParties } from "./state.ts";

/** Makes a session. Of one for key generation all others in the group hear. */
export function begin(group: Group, live: LiveGroup, entry: BeginEntry): readonly GroupOutput[] {
  const { connection, session: id, kind, value, life } = entry;
  if (!live.connections.has(connection)) return violates("notInGroup", connection, live.id);
  const session = createLiveSession(live, { id, kind, value, life });
  addSession(group, session);
  return [
    ...reply(isLive(session) ? describeSession(session) : undefined),
    { type: "made", session: id },
    sessionTimer(session),
    ...announce(group, session, connection),
  ];
}

/** Says what a session is. */
export function visit(group: Group, live: LiveGroup, entry: VisitEntry): readonly GroupOutput[] {
  const session = findSession(group, live, entry);
  return isRefused(session) ? session : [...reply(describeSession(session)), touch(session)];
}

/** A session of a live group has as many places as the group says for its kind. */
export function createLiveSession(
  live: LiveGroup,
  what: Pick<Session, "id" | "kind" | "life"> & Partial<Pick<Session, "value">>,
): Session {
  const { parties, threshold } = live;
  // Of a group the threshold is the one of the other dialect, one less than have to sign.
  const size = { parties: requiredParties(live, what.kind), threshold: threshold + 1, highest: parties };
  return createSession({ ...what, ...size });
}

/** Tells connections of a new session in which keys are made, but for the one that has made it. */
export function announce(group: Group, { id, kind, value }: Session, maker?: number): readonly GroupOutput[] {
  if (kind !== "keygen") return [];
  const others = [...(group.live?.connections.keys() ?? [])].filter((connection) => connection !== maker);
  const payload =
    value === "null" ? { position: null, size: 0 } : { position: group.position, size: weightOf(value.length) };
  return tell(group, others, { type: "sessionCreate", session: id, kind, ...payload });
}

function describeSession({ id, kind, value }: LiveSession): MpcSession {
  return { uuid: id, kind, value };
}
