import {
  encodeMessageEntry,
  endOf,
  type GroupAnswer,
  type MemberEntry,
  memberOf,
  type Refusal,
  refuse,
  refuseEnded,
  weightOfEnvelopes,
} from "@countersign/relay";
import { dialectLimits, invalidParams, type MethodParams } from "@countersign/rpc";
import type { Place } from "../core/feed.ts";
import { noAnswer } from "../core/group-host.ts";
import { hashSecret } from "../core/hash.ts";
import type { Asker } from "../core/own-entry.ts";
import type { Relay } from "../core/relay.ts";
import type { Caller } from "./dialect.ts";
import type { Handlers } from "./handler.ts";
import { attach, takePlace } from "./taking-places.ts";

type SessionMethod = `Session.${"open" | "resume" | "message" | "ack" | "finish" | "abort" | "participant"}`;

/** Everything that members do in a session, which needs no group. */
export function sessionHandlers(relay: Relay): Handlers<SessionMethod> {
  return {
    "Session.open": (caller, params, since) => takePlace(relay, caller, { ...params, since }),

    "Session.resume"(caller, { session, token, after }, since) {
      const state = relay.session(session);
      if (state === undefined) return relay.directory.refuseUnknown(session);
      const hashed = hashSecret("token", token);
      const number = state.members.find((member) => member.token === hashed)?.number;
      if (number === undefined) return refuse("relay.unknown-token");
      if (endOf(state) !== undefined) return refuseEnded(state);
      if (after > state.seq) return aboveNewest("after");
      const demands = caller.feeds.has(session) ? [] : [relay.quotas.place(caller)];
      return relay.quotas.within(demands, () => attach(relay, caller, { session, number, after, since }));
    },

    async "Session.message"(caller, params) {
      const answer = await asPromise<GroupAnswer>((asker) => orderMessage(relay, { caller, params }, asker));
      return answer.ok ? { ok: true, result: { seq: answer.seq } } : answer;
    },

    async "Session.ack"(caller, params) {
      const answer = await asPromise<GroupAnswer | Done>((asker) => orderAck(relay, { caller, params }, asker));
      return answer.ok ? { ok: true, result: {} } : answer;
    },

    "Session.finish"(caller, { session }) {
      const place = placeOf(relay, caller, session);
      return "ok" in place ? place : append(place, { type: "finish", session, from: place.number });
    },

    "Session.abort"(caller, { session, reason }) {
      const place = placeOf(relay, caller, session);
      return "ok" in place ? place : append(place, { type: "abort", session, from: place.number, reason });
    },

    "Session.participant"(caller, { session, index }) {
      const place = placeOf(relay, caller, session);
      return "ok" in place ? place : append(place, { type: "index", session, from: place.number, index });
    },
  };
}

/**
 * Puts a message into the log of its session. The asker is told what came of it, unless a refusal is returned: then
 * nothing has happened, nor will.
 */
export function orderMessage(
  relay: Relay,
  { caller, params: { session: named, cseq, envelopes }, text }: MessageFromCaller,
  asker: Asker<GroupAnswer>,
): Refusal | undefined {
  const place = placeOf(relay, caller, named);
  if ("ok" in place) return place;
  const size = envelopes.reduce((sum, { body }) => sum + body.length, 0);
  if (size > dialectLimits.bodies) return refuse("relay.too-large");
  const { host, number, session } = place;
  const state = host.sessions.get(session);
  // One that was taken already takes no room.
  const isNew = state !== undefined && cseq > (memberOf(state, number)?.cseq ?? 0);
  const quota = isNew ? relay.quotas.objection(host, session, weightOfEnvelopes(envelopes)) : undefined;
  if (quota !== undefined) return refuse("relay.quota-reached", { quota });
  const entry = { type: "message", session, from: number, cseq, envelopes } as const;
  host.order(text === undefined ? { entry } : { entry, text: encodeMessageEntry(entry, text) }, asker);
  return undefined;
}

/** Something was done that is not answered with anything. */
export interface Done {
  readonly ok: true;
}

/**
 * The same for what a member has processed. The asker is told what came of it, unless something is returned: then nothing
 * goes into the log.
 */
export function orderAck(
  relay: Relay,
  { caller, params }: { readonly caller: Caller; readonly params: MethodParams<"Session.ack"> },
  asker: Asker<GroupAnswer>,
): Done | Refusal | undefined {
  const place = placeOf(relay, caller, params.session);
  if ("ok" in place) return place;
  const { host, number, session } = place;
  const state = host.sessions.get(session);
  const acked = (state && memberOf(state, number))?.acked ?? 0;
  if (params.seq <= acked) return { ok: true };
  host.order({ entry: { type: "ack", session, from: number, seq: params.seq } }, asker);
  return undefined;
}

/** What is ordered as a promise, for who does it seldom. */
function asPromise<Answer>(
  order: (asker: Asker<GroupAnswer>) => Answer | Refusal | undefined,
): Promise<GroupAnswer | Answer | Refusal> {
  return new Promise((resolve, failed) => {
    const answered = (one: GroupAnswer | undefined) => (one === undefined ? failed(noAnswer()) : resolve(one));
    const outcome = order({ answered, failed });
    if (outcome !== undefined) resolve(outcome);
  });
}

interface MessageFromCaller {
  readonly caller: Caller;
  readonly params: MethodParams<"Session.message">;
  /** The envelopes as they are written, where that is known. */
  readonly text?: string;
}

/** Where the connection stands in a session, or why it has no say there. */
function placeOf(relay: Relay, caller: Caller, session: string): Place | Refusal {
  const place = caller.feeds.get(session)?.place;
  // Who is a member need not look the session up among all others.
  const state = place === undefined ? relay.session(session) : place.host.sessions.get(session);
  const isElsewhere = state === undefined && (relay.directory.listing?.has(session) ?? false);
  if (state === undefined && !isElsewhere) return relay.directory.refuseUnknown(session);
  if (state === undefined || place === undefined) return refuse("relay.not-a-member");
  return endOf(state) === undefined ? place : refuseEnded(state);
}

async function append(
  place: Place,
  entry: MemberEntry,
): Promise<{ ok: true; result: Record<string, never> } | Refusal> {
  const answer = await place.host.append(entry);
  return answer.ok ? { ok: true, result: {} } : answer;
}

function aboveNewest(path: string): Refusal {
  return { ok: false, error: invalidParams(path, "must not be above the newest of the session") };
}
