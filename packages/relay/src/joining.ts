import { invalidParams } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import { accept, deny } from "./answer.ts";
import type { ClaimEntry, CreateEntry, FreeEntry, OpenEntry, Parameters } from "./entry.ts";
import { addSession, type Group } from "./group-state.ts";
import { announce, createLiveSession } from "./live/sessions.ts";
import { createMember, memberOf, nextNumber } from "./member.ts";
import type { GroupOutput } from "./output.ts";
import type { Refusal } from "./refusal.ts";
import { announceComplete, causeOfJoin, seat } from "./seating.ts";
import { createSession, endOf, enter, hasRoom, objection, refuse, type Session } from "./session-state.ts";
import { claimTimer, claimTimerKey, touch } from "./timers.ts";
import { transitions } from "./transitions.ts";

/** Makes a session that others are invited to. */
export function create(group: Group, entry: CreateEntry): readonly GroupOutput[] {
  const existing = group.sessions.get(entry.session);
  if (existing !== undefined) return deny(refuse("relay.parameters-differ"));
  const session = createSession({ ...entry, id: entry.session, invited: true });
  addSession(group, session);
  return [...accept(session, 0), { type: "made", session: session.id }, touch(session)];
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

/** Takes a number of a session for a new member, or tells a member again which one it has. */
export function open(group: Group, entry: OpenEntry): readonly GroupOutput[] {
  const id = entry.session ?? findSession(group.sessions, entry)?.id ?? entry.fresh;
  const known = group.sessions.get(id);
  const session = known ?? make(group, id, entry);
  // More of a key than have a share of it cannot come: a live group says how many those are.
  if (!sameParameters(session, entry) || session.parties > session.highest) {
    return deny(refuse("relay.parameters-differ"));
  }

  const same = session.members.find(({ eid }) => eid === entry.eid);
  if (same !== undefined && endOf(session) === undefined) {
    return same.token === entry.token ? accept(session, same.number) : deny(refuse("relay.eid-taken"));
  }
  const held = session.claims.find((one) => one.claim === entry.claim && one.number === 0);
  const refusal = objectionToOpen(session, entry, held !== undefined);
  if (refusal !== undefined) return deny(refusal);

  if (known === undefined) addSession(group, session);
  const { eid, versions, token, number = nextNumber(session) } = entry;
  const seated = seat(group, session, createMember({ number, eid, versions, token }));
  const outputs: GroupOutput[] = [...accept(session, number), ...(known ? [] : made(group, session)), ...seated];
  if (held !== undefined) {
    held.number = number;
    outputs.push({ type: "cancel", key: claimTimerKey(session, held.claim) });
  }
  const { parties: required } = session;
  const complete = announceComplete(group, session, { required, isLoaded: entry.number !== undefined });
  return [...outputs, touch(session), ...complete];
}

/** Why nobody new can come in this way, undefined if somebody can. */
function objectionToOpen(session: Session, entry: OpenEntry, isHeld: boolean): Refusal | undefined {
  const refusal = objection(session, causeOfJoin(session));
  if (refusal !== undefined) return refusal;
  if (entry.claim !== undefined && !isHeld) return refuse("relay.invitation-closed");
  if (!hasRoom(session, isHeld)) return refuse("relay.session-full");
  const { number } = entry;
  if (number === undefined) return undefined;
  if (number < 1 || number > session.highest) {
    return { ok: false, error: invalidParams("number", `must be from 1 to ${session.highest}`) };
  }
  return memberOf(session, number) === undefined ? undefined : refuse("relay.number-taken");
}

/** The newest session of the kind that has this member, else the newest that has room. */
export function findSession(
  sessions: ReadonlyMap<string, Session>,
  entry: Pick<OpenEntry, "kind" | "eid" | "claim" | "number">,
): Session | undefined {
  const candidates = [...sessions.values()].filter(
    (session) => session.kind === entry.kind && endOf(session) === undefined,
  );
  return (
    candidates.findLast((session) => session.members.some((member) => member.eid === entry.eid)) ??
    candidates.findLast((session) => hasRoom(session, entry.claim !== undefined) && isFree(session, entry.number))
  );
}

/** Whether a number can be had in a session; none in particular is what there is room for. */
function isFree(session: Session, number: number | undefined): boolean {
  return number === undefined || (number <= session.highest && memberOf(session, number) === undefined);
}

/**
 * A session that has to be made before it is opened. In a live group the group says how large it is, unless its members
 * come with the numbers of a key: then as many take part as they say, out of all who have one.
 */
function make({ live }: Group, id: string, entry: OpenEntry): Session {
  if (entry.number !== undefined) return createSession({ ...entry, id, highest: live?.parties ?? limits.parties });
  return live === null ? createSession({ ...entry, id }) : createLiveSession(live, { id, ...entry });
}

function made(group: Group, session: Session): readonly GroupOutput[] {
  return [{ type: "made", session: session.id }, ...announce(group, session)];
}

function sameParameters(session: Parameters, entry: Parameters): boolean {
  return session.kind === entry.kind && session.parties === entry.parties && session.threshold === entry.threshold;
}
