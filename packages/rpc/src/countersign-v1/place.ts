import * as v from "valibot";
import * as field from "./fields.ts";

/** Where a session is, what it is for, and how many places it has. */
export const about = {
  group: field.uuid,
  session: field.uuid,
  kind: field.kind,
  parties: field.parties,
  threshold: field.threshold,
};

/** Who is in a session. Members of another dialect than this one have neither eid nor versions. */
export const member = field.reply({
  number: field.number,
  eid: v.exactOptional(field.eid),
  versions: v.exactOptional(field.versions),
  online: field.isOnline,
});

/** What is known of the places of a session: those that are taken, and the numbers of those that are not. */
export const places = {
  seq: field.seq,
  members: v.array(member, "must be a list of members"),
  missing: field.numbers,
};

/** What whoever has taken a place is told. */
export const membership = field.reply({ group: field.uuid, session: field.uuid, number: field.number, ...places });

/** A session of a group. */
export const session = field.reply({ ...about, value: field.sentValue, ...places });

/** How a member shows who it is, now and when it comes back. */
export const credentials = { eid: field.eid, versions: field.versions, token: field.token };

/** What a method answers that has nothing to say but that it is done. */
export const nothing = field.reply({});
