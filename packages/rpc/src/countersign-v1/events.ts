import * as v from "valibot";
import * as field from "./fields.ts";

/**
 * What every logged event carries: `seq` is its place in the one order of the session, `previous` that of the event
 * which this member was sent before it (0: none), so that a member sees a gap at once.
 */
const logged = { session: field.uuid, seq: field.integer(1), previous: field.seq };

/** All notifications that a relay sends. */
export const events = {
  memberJoined: field.reply({
    ...logged,
    number: field.number,
    eid: v.exactOptional(field.eid),
    versions: v.exactOptional(field.versions),
  }),
  memberLeft: field.reply({ ...logged, number: field.number }),
  message: field.reply({
    ...logged,
    from: field.number,
    bodies: v.pipe(v.array(field.body, "must be a list of bodies"), v.minLength(1, "must hold at least one body")),
  }),
  memberFinished: field.reply({ ...logged, number: field.number }),
  sessionClosed: field.reply(logged),
  sessionAborted: field.reply({ ...logged, number: field.number, reason: field.reason }),
  sessionExpired: field.reply(logged),
  memberOnline: field.reply({ session: field.uuid, number: field.number }),
  memberOffline: field.reply({ session: field.uuid, number: field.number }),
  sessionReplaced: field.reply({ session: field.uuid }),
  sessionCreated: field.reply({ group: field.uuid, session: field.uuid, kind: field.kind, value: field.sentValue }),
  proposal: field.reply({ group: field.uuid, session: field.uuid, proposal: field.proposal, message: field.sentValue }),
  signed: field.reply({ group: field.uuid, session: field.uuid, value: field.sentValue }),
} as const;

export type EventName = keyof typeof events;

export type EventParams<Name extends EventName> = v.InferOutput<(typeof events)[Name]>;

/** An event with its arguments, told apart by `name`. */
export type RelayEvent = {
  [Name in EventName]: { readonly name: Name; readonly params: EventParams<Name> };
}[EventName];

/** Whether the text names an event of the dialect. */
export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}
