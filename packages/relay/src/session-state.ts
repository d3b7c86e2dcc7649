import { type Ended, type RelayCode, type RelayErrorData, relayError } from "@countersign/rpc";
import type { Parameters } from "./entry.ts";
import type { Refusal } from "./refusal.ts";
import { type Cause, type Phase, type Transition, transitions } from "./transitions.ts";

/** A place in a session, taken for good. */
export interface Member {
  readonly eid: string;
  readonly versions: string;
  /** The hash of the token with which the member comes back. */
  readonly token: string;
  /** The cseq of the last message that was taken. */
  cseq: number;
  /** The seq that the last 256 messages were answered with, at index (cseq - 1) modulo 256. */
  readonly answers: number[];
  /** Everything up to here has been processed. */
  acked: number;
  /** The seq of the last event that concerned the member among those that are kept no more. */
  trimmed: number;
  finished: boolean;
}

/** A logged event; the numbers tell whom it concerns, and a message's body stays in the log at `position`. */
export type SessionEvent =
  | { readonly seq: number; readonly type: "memberJoined" | "memberFinished"; readonly number: number }
  | {
      readonly seq: number;
      readonly type: "message";
      readonly from: number;
      /** 0: for all others. */
      readonly to: 0 | readonly number[];
      readonly position: number;
    }
  | { readonly seq: number; readonly type: "sessionAborted"; readonly number: number; readonly reason: string }
  | { readonly seq: number; readonly type: "sessionClosed" | "sessionExpired" };

/** Plain data, so that it can be compared and put into a log. */
export interface Session extends Parameters {
  readonly id: string;
  /** Seconds without activity until the session expires, and again until it is forgotten. */
  readonly life: number;
  phase: Phase;
  /** After an abort, else null. */
  reason: string | null;
  /** In the order of their numbers, from 1. */
  readonly members: Member[];
  /** Whether all places but one are for holders of a claim. */
  readonly invited: boolean;
  /** The claims that hold or held a place, with the number that used them; 0: not used yet. */
  readonly claims: { readonly claim: string; number: number }[];
  /** The newest event's place in the session's order. */
  seq: number;
  /** The newest events without a gap; those in front of them were processed by everybody. */
  readonly events: SessionEvent[];
  /** Counts what members do, so that an `expire` that comes late can be told. */
  activity: number;
}

/** Makes a session without members. */
export function createSession(id: string, parameters: Parameters, life: number, invited: boolean): Session {
  const { kind, parties, threshold } = parameters;
  return {
    id,
    kind,
    parties,
    threshold,
    life,
    phase: "gathering",
    reason: null,
    members: [],
    invited,
    claims: [],
    seq: 0,
    events: [],
    activity: 0,
  };
}

/** Makes a member that has done nothing yet. */
export function createMember(eid: string, versions: string, token: string): Member {
  return { eid, versions, token, cseq: 0, answers: [], acked: 0, trimmed: 0, finished: false };
}

/** How the session ended, undefined if it has not. */
export function endOf(session: Session): Ended | undefined {
  return session.phase === "gathering" || session.phase === "full" ? undefined : session.phase;
}

/** Whether one more can join: holders of a claim have places of their own in a session that was invited to. */
export function hasRoom(session: Session, withClaim: boolean): boolean {
  if (!session.invited || withClaim) return session.members.length < session.parties;
  const uninvited = session.members.length - session.claims.filter((claim) => claim.number > 0).length;
  return uninvited === 0;
}

/** Why the table lets nothing happen when `cause` comes now; undefined if something does. */
export function objection(session: Session, cause: Cause): Refusal | undefined {
  const next = transitions[session.phase][cause];
  if (next === "relay.session-ended") return refuseEnded(session);
  return isRelayCode(next) ? refuse(next) : undefined;
}

/** Moves the session on as the table says; to be called where it has no objection. */
export function enter(session: Session, cause: Cause): void {
  const next = transitions[session.phase][cause];
  if (Object.hasOwn(transitions, next)) session.phase = next as Phase;
}

/** The refusal of every call after the end. */
export function refuseEnded(session: Session): Refusal {
  const ended = endOf(session);
  const reason = session.reason === null ? {} : { reason: session.reason };
  return refuse("relay.session-ended", ended === undefined ? {} : { ended, ...reason });
}

/** Makes a refusal of one of the relay's own errors. */
export function refuse(code: RelayCode, more?: Omit<RelayErrorData, "code" | "retryable">): Refusal {
  return { ok: false, error: relayError(code, more) };
}

function isRelayCode(next: Transition): next is RelayCode {
  return next.startsWith("relay.");
}
