import { accept, deny } from "./answer.ts";
import type { ClaimEntry, CreateEntry, FreeEntry, OpenEntry, Parameters } from "./entry.ts";
import type { Group } from "./group-state.ts";
import type { GroupOutput } from "./output.ts";
import {
  createMember,
  createSession,
  endOf,
  enter,
  hasRoom,
  objection,
  refuse,
  type Session,
} from "./session-state.ts";
import { claimTimer, claimTimerKey, touch } from "./timers.ts";
import { transitions } from "./transitions.ts";

/** Makes a session that others are invited to. */
export function create(group: Group, entry: CreateEntry): readonly GroupOutput[] {
  const existing = group.sessions.get(entry.session);
  if (existing !== undefined) return deny(refuse("relay.parameters-differ"));
  const session = createSession(entry.session, entry, entry.life, true);
  group.sessions.set(session.id, session);
  return [...accept(session, 0), touch(session)];
}

/** Holds a place for a claim; the same claim again is told the same. */
export function claim(session: Session, entry: ClaimEntry): readonly GroupOutput[] {
  const isHeld = session.claims.some((held) => held.claim === entry.claim);
  if (isHeld && endOf(session) === undefined) return accept(session, 0);
  const refusal = objection(session, "claim");
  if (refusal !== undefined) return deny(refusal);
  if (!session.invited || session.claims.length >= session.parties - 1) return deny(refuse("relay.invitation-closed"));
  enter(session, "claim");
  session.claims.push({ claim: entry.claim, number: 0 });
  return [...accept(session, 0), claimTimer(session, entry.claim), touch(session)];
}

/** Gives the place of a claim back unless it was used. */
export function free(session: Session, entry: FreeEntry): readonly GroupOutput[] {
  const index = session.claims.findIndex((held) => held.claim === entry.claim && held.number === 0);
  if (index === -1 || transitions[session.phase].free === "ignored") return [];
  session.claims.splice(index, 1);
  return [];
}

/** Takes the next number of a session for a new member, or tells a member again which one it has. */
export function open(group: Group, entry: OpenEntry): readonly GroupOutput[] {
  const id = entry.session ?? findSession(group, entry)?.id ?? entry.fresh;
  const session = group.sessions.get(id) ?? createSession(id, entry, entry.life, false);
  if (!sameParameters(session, entry)) return deny(refuse("relay.parameters-differ"));

  const index = session.members.findIndex((member) => member.eid === entry.eid);
  if (index !== -1 && endOf(session) === undefined) {
    const isSame = session.members[index]?.token === entry.token;
    return isSame ? accept(session, index + 1) : deny(refuse("relay.eid-taken"));
  }
  const cause = session.members.length + 1 < session.parties ? "join" : "fill";
  const refusal = objection(session, cause);
  if (refusal !== undefined) return deny(refusal);
  const held = session.claims.find((one) => one.claim === entry.claim && one.number === 0);
  if (entry.claim !== undefined && held === undefined) return deny(refuse("relay.invitation-closed"));
  if (!hasRoom(session, held !== undefined)) return deny(refuse("relay.session-full"));

  enter(session, cause);
  group.sessions.set(id, session);
  const number = session.members.push(createMember(entry.eid, entry.versions, entry.token));
  session.events.push({ seq: ++session.seq, type: "memberJoined", number });
  const outputs: GroupOutput[] = [...accept(session, number), { type: "event", session: id, seq: session.seq }];
  if (held !== undefined) {
    held.number = number;
    outputs.push({ type: "cancel", key: claimTimerKey(session, held.claim) });
  }
  return [...outputs, touch(session)];
}

/** The newest session of the kind that has this member, else the newest that has room. */
function findSession(group: Group, entry: OpenEntry): Session | undefined {
  const candidates = [...group.sessions.values()].filter(
    (session) => session.kind === entry.kind && endOf(session) === undefined,
  );
  return (
    candidates.findLast((session) => session.members.some((member) => member.eid === entry.eid)) ??
    candidates.findLast((session) => hasRoom(session, entry.claim !== undefined))
  );
}

function sameParameters(session: Parameters, entry: Parameters): boolean {
  return session.kind === entry.kind && session.parties === entry.parties && session.threshold === entry.threshold;
}
