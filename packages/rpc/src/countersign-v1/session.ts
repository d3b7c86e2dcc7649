import { limits } from "@countersign/wire";
import * as v from "valibot";
import * as field from "./fields.ts";
import { about, credentials } from "./place.ts";

const envelope = field.params({ to: field.integer(0, limits.parties), body: field.body });

/** Creates or joins a session, takes a number in it and receives its events from the first. */
export const sessionOpen = v.pipe(
  field.params({
    ...about,
    session: v.exactOptional(field.uuid),
    ...credentials,
    claim: v.exactOptional(field.claim),
    number: v.exactOptional(field.number),
  }),
  v.check((params) => params.threshold <= params.parties, field.THRESHOLD_REASON),
  // Whoever signs has the number that it got when the key was made; everywhere else the relay gives them out.
  v.check((params) => params.number === undefined || params.kind === "sign", field.NUMBER_REASON),
);

/** Comes back with the token of `Session.open` and receives the events after the last one processed. */
export const sessionResume = field.params({ session: field.uuid, token: field.token, after: field.seq });

/** Sends envelopes to members; answered when they are durable. */
export const sessionMessage = field.params({
  session: field.uuid,
  cseq: field.integer(1),
  envelopes: v.pipe(
    v.array(envelope, "must be a list of envelopes"),
    v.minLength(1, "must hold at least one envelope"),
    v.maxLength(limits.envelopes, `must hold at most ${limits.envelopes} envelopes`),
  ),
});

/** Its answer. */
export const sessionMessageResult = field.reply({ seq: field.seq });

/** Says that everything up to `seq` has been processed and need not be kept for this member. */
export const sessionAck = field.params({ session: field.uuid, seq: field.seq });

/** Says that this member is done; the session is closed when all members are. */
export const sessionFinish = field.params({ session: field.uuid });

/** Ends the session for everybody. */
export const sessionAbort = field.params({ session: field.uuid, reason: field.reason });
