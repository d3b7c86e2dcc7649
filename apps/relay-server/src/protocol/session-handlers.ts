import { randomUUID } from "node:crypto";
import {
  endOf,
  type MemberEntry,
  memberOf,
  missingNumbers,
  type Refusal,
  refuse,
  refuseEnded,
  type Session,
} from "@countersign/relay";
import { dialectLimits, invalidParams, type MethodResult } from "@countersign/rpc";
import type { Place } from "../core/feed.ts";
import { hashSecret } from "../core/hash.ts";
import type { Relay } from "../core/relay.ts";
import { countersignV1Events } from "./countersign-v1-events.ts";
import type { Caller } from "./dialect.ts";
import type { Handlers } from "./handler.ts";

type SessionMethod = `Session.${"open" | "resume" | "message" | "ack" | "finish" | "abort"}`;

/** Everything that happens in a session. */
export function sessionHandlers(relay: Relay): Handlers<SessionMethod> {
  return {
    async "Session.open"(caller, { group, session, token, claim, ...rest }) {
      // A session is of one group; by its id alone it is found again.
      const owner = session === undefined ? undefined : relay.directory.ofSession(session);
      if (owner !== undefined && owner.id !== group) return refuse("relay.parameters-differ");
      const answer = await relay.directory.append(group, {
        type: "open",
        ...rest,
        ...(session === undefined ? {} : { session }),
        ...(claim === undefined ? {} : { claim: hashSecret("claim", claim) }),
        token: hashSecret("token", token),
        fresh: randomUUID(),
        life: relay.sessionLife,
      });
      if (!answer.ok) return answer;
      return attach(relay, caller, { session: answer.session, number: answer.number, after: 0 });
    },

    "Session.resume"(caller, { session, token, after }) {
      const state = relay.session(session);
      if (state === undefined) return relay.directory.refuseUnknown(session);
      const hashed = hashSecret("token", token);
      const number = state.members.find((member) => member.token === hashed)?.number;
      if (number === undefined) return refuse("relay.unknown-token");
      if (endOf(state) !== undefined) return refuseEnded(state);
      if (after > state.seq) return aboveNewest("after");
      return attach(relay, caller, { session, number, after });
    },

    async "Session.message"(caller, { session, cseq, envelopes }) {
      const place = placeOf(relay, caller, session);
      if ("ok" in place) return place;
      const size = envelopes.reduce((sum, { body }) => sum + body.length, 0);
      if (size > dialectLimits.bodies) return refuse("relay.too-large");
      const answer = await place.host.append({ type: "message", session, from: place.number, cseq, envelopes });
      return answer.ok ? { ok: true, result: { seq: answer.seq } } : answer;
    },

    "Session.ack"(caller, { session, seq }) {
      const place = placeOf(relay, caller, session);
      if ("ok" in place) return place;
      const state = relay.session(session);
      const acked = (state && memberOf(state, place.number))?.acked ?? 0;
      if (seq <= acked) return { ok: true, result: {} };
      return append(place, { type: "ack", session, from: place.number, seq });
    },

    "Session.finish"(caller, { session }) {
      const place = placeOf(relay, caller, session);
      return "ok" in place ? place : append(place, { type: "finish", session, from: place.number });
    },

    "Session.abort"(caller, { session, reason }) {
      const place = placeOf(relay, caller, session);
      return "ok" in place ? place : append(place, { type: "abort", session, from: place.number, reason });
    },
  };
}

/** Where the connection stands in a session, or why it has no say there. */
function placeOf(relay: Relay, caller: Caller, session: string): Place | Refusal {
  const state = relay.session(session);
  if (state === undefined) return relay.directory.refuseUnknown(session);
  const place = caller.feeds.get(session)?.place;
  if (place === undefined) return refuse("relay.not-a-member");
  return endOf(state) === undefined ? place : refuseEnded(state);
}

async function append(
  place: Place,
  entry: MemberEntry,
): Promise<{ ok: true; result: Record<string, never> } | Refusal> {
  const answer = await place.host.append(entry);
  return answer.ok ? { ok: true, result: {} } : answer;
}

/** Begins to feed a connection and says what there is in the session. */
function attach(
  relay: Relay,
  caller: Caller,
  { session: id, number, after }: { session: string; number: number; after: number },
): { ok: true; result: MethodResult<"Session.open"> } | Refusal {
  const host = relay.directory.ofSession(id);
  const session = host?.sessions.get(id);
  if (host === undefined || session === undefined) return relay.directory.refuseUnknown(id);
  // A client may have gone while its entry was written; then it comes back by itself.
  if (caller.isOpen) {
    relay.attachments.attach(caller, { host, session: id, number, codec: countersignV1Events }, after);
  }
  host.renew(session);
  return { ok: true, result: describe(relay, host.id, { session, number }) };
}

function describe(
  relay: Relay,
  group: string,
  { session, number }: { session: Session; number: number },
): MethodResult<"Session.open"> {
  const members = session.members.map((member) => {
    const { number, eid, versions } = member;
    const published = eid === null || versions === null ? {} : { eid, versions };
    return { number, ...published, online: relay.isOnline(session.id, member) };
  });
  return { group, session: session.id, number, seq: session.seq, members, missing: missingNumbers(session) };
}

function aboveNewest(path: string): Refusal {
  return { ok: false, error: invalidParams(path, "must not be above the newest of the session") };
}
