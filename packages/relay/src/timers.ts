import { dialectLimits } from "@countersign/rpc";
import type { GroupEntry } from "./entry.ts";
import { endOf, type Session } from "./session-state.ts";
import type { TimerOutput } from "./timer-output.ts";

/** The timer of a session: it expires without activity, and once it has ended it is forgotten after as long again. */
export function sessionTimer(session: Session): TimerOutput<GroupEntry> {
  const { id, life, activity } = session;
  const entry: GroupEntry =
    endOf(session) === undefined ? { type: "expire", session: id, activity } : { type: "forget", session: id };
  return { type: "timer", key: id, after: life, entry };
}

/** Notes that a member did something, which begins the life of the session anew. */
export function touch(session: Session): TimerOutput<GroupEntry> {
  session.activity++;
  return sessionTimer(session);
}

/** The timer of a claim that was not used yet. */
export function claimTimer(session: Session, claim: string): TimerOutput<GroupEntry> {
  const entry: GroupEntry = { type: "free", session: session.id, claim };
  return { type: "timer", key: claimTimerKey(session, claim), after: dialectLimits.claimLife, entry };
}

export function claimTimerKey(session: Session, claim: string): string {
  return `${session.id}/${claim}`;
}

/** All timers that run in a group: what a shell arms that has read the group's log. */
export function timersOf(sessions: Iterable<Session>): TimerOutput<GroupEntry>[] {
  return [...sessions].flatMap((session) => [
    sessionTimer(session),
    ...session.claims.filter(({ number }) => number === 0).map(({ claim }) => claimTimer(session, claim)),
  ]);
}
