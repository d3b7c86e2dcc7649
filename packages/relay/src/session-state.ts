import { type Ended, type RawJson, type RelayCode, type RelayErrorData, relayError } from "@countersign/rpc";
import type { Parameters } from "./entry.ts";
import type { Member } from "./member.ts";
import type { Refusal } from "./refusal.ts";
import { type Cause, type Phase, type Transition, transitions } from "./transitions.ts";

/** A logged event; the numbers tell whom it concerns, and a message's body stays in the log at `position`. */
export type SessionEvent =
  | {
      readonly seq: number;
      readonly type: "memberJoined";
      readonly number: number;
      /** Whether it is a connection, which publishes no eid. */
      readonly live: boolean;
    }
  | { readonly seq: number; readonly type: "memberLeft" | "memberFinished"; readonly number: number }
  | {
      readonly seq: number;
      readonly type: "message";
      readonly from: number;
      /** 0: for all others. */
      readonly to: 0 | readonly number[];
      readonly position: number;
      /** Characters of its bodies, at least what an event costs. */
      readonly size: number;
      /** What a message of a connection says about who sends it; null for a member's envelopes. */
      readonly sender: number | null;
    }
  | { readonly seq: number; readonly type: "sessionAborted"; readonly number: number; readonly reason: string }
  | { readonly seq: number; readonly type: "sessionClosed" | "sessionExpired" };

/** Plain data, so that it can be compared and put into a log. */
export interface Session extends Parameters {
  readonly id: string;
  /** Whatever its creator attached, or null. */
  readonly value: RawJson;
  /** Seconds without activity until the session expires, and again until it is forgotten. */
  readonly life: number;
  /**
   * The highest number that a member can have: as many as there are places, in a live group as it has parties, and any
   * at all where the first member has come with the number of a key.
   */
  readonly highest: number;
  phase: Phase;
  /** After an abort, else null. */
  reason: string | null;
  /** Whether all whom a connection asked for were there once. Until then, the place of a connection that goes is free again. */
  complete: boolean;
  /** In the order in which they came. */
  readonly members: Member[];
  /** Numbers that were given back, which are given out first. */
  readonly freed: number[];
  /** Whether all places but one are for holders of a claim. */
  readonly invited: boolean;
  /** The claims that hold or held a place, with the number that used them; 0: not used yet. */
  readonly claims: { readonly claim: string; number: number }[];
  /** The newest event's place in the session's order. */
  seq: number;
  /** The newest events without a gap; those in front of them were processed by everybody. */
  readonly events: SessionEvent[];
  /** The sizes of the messages among them. */
  bytes: number;
  /** Counts what members do, so that an `expire` that comes late can be told. */
  activity: number;
}

/** What a session is made of. */
export interface SessionOptions extends Parameters {
  readonly id: string;
  readonly life: number;
  readonly value?: RawJson;
  readonly invited?: boolean;
  /** Without it, as many numbers as places. */
  readonly highest?: number;
}

/** Makes a session without members. */
export function createSession(options: SessionOptions): Session {
  const { id, kind, parties, threshold, life, value = "null", invited = false, highest = parties } = options;
  return {
    id,
    kind,
    parties,
    threshold,
    value,
    life,
    highest,
    phase: "gathering",
    reason: null,
    complete: false,
    members: [],
    freed: [],
    invited,
    claims: [],
    seq: 0,
    events: [],
    bytes: 0,
    activity: 0,
  };
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
