import { endOf, missingNumbers, type Session } from "@countersign/relay";
import type { MethodResult, RawJson } from "@countersign/rpc";
import type { GroupHost } from "../core/group-host.ts";
import type { Relay } from "../core/relay.ts";
import { withRawMember } from "./raw-member.ts";

/** A place in a session, for whoever has it. */
export function describeMembership(
  relay: Relay,
  group: string,
  { session, number }: { readonly session: Session; readonly number: number },
): MethodResult<"Session.open"> {
  return { group, session: session.id, number, ...describePlaces(relay, session) };
}

/** A session, for somebody in its group: the text of a result, because the session's value is text. */
export function describeSession(relay: Relay, group: string, session: Session): RawJson {
  const { id, kind, parties, threshold, value } = session;
  const about = { group, session: id, kind, parties, threshold, ...describePlaces(relay, session) };
  return withRawMember(about, "value", value);
}

/** A group and its sessions, for a connection that is in it. */
export function describeGroup(relay: Relay, { id, live, sessions }: GroupHost): MethodResult<"Group.join"> | undefined {
  if (live === null) return undefined;
  const { label, parties, threshold } = live;
  const going = [...sessions.values()].filter((session) => endOf(session) === undefined);
  return {
    group: id,
    label,
    parties,
    threshold: threshold + 1,
    sessions: going.map((session) => describeBriefly(relay, session)),
  };
}

function describeBriefly(relay: Relay, { id, kind, parties, threshold, members }: Session) {
  const online = members.filter((member) => relay.isOnline(id, member)).length;
  return { session: id, kind, parties, threshold, joined: members.length, online };
}

function describePlaces(relay: Relay, session: Session) {
  const members = [...session.members]
    .sort((a, b) => a.number - b.number)
    .map((member) => {
      const { number, eid, versions } = member;
      const published = eid === null || versions === null ? {} : { eid, versions };
      return { number, ...published, online: relay.isOnline(session.id, member) };
    });
  return { seq: session.seq, members, missing: missingNumbers(session) };
}
