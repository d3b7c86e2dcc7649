import * as v from "valibot";
import * as field from "./fields.ts";
import { credentials } from "./place.ts";

const group = {
  label: field.label,
  parties: field.parties,
  // One signer alone is what the other dialect has no number for.
  threshold: field.groupThreshold,
};

const inGroup = { group: field.uuid, session: field.uuid };

/** Makes a group of connections that hear of each other's sessions and proposals, and puts the caller into it. */
export const groupCreate = v.pipe(
  field.params(group),
  v.check((params) => params.threshold <= params.parties, field.THRESHOLD_REASON),
);

/** Its answer. */
export const groupCreateResult = field.reply({ group: field.uuid });

/** Puts the connection into a group until it ends; told how large it is to be, makes one where there is none. */
export const groupJoin = v.pipe(
  field.params({
    group: field.uuid,
    parties: v.exactOptional(field.parties),
    threshold: v.exactOptional(field.groupThreshold),
  }),
  v.check((params) => (params.parties === undefined) === (params.threshold === undefined), field.SIZE_REASON),
  v.check((params) => (params.threshold ?? 0) <= (params.parties ?? 0), field.THRESHOLD_REASON),
);

/** Its answer. */
export const groupJoinResult = field.reply({
  group: field.uuid,
  ...group,
  sessions: v.array(
    field.reply({
      session: field.uuid,
      kind: field.kind,
      parties: field.parties,
      threshold: field.threshold,
      joined: field.integer(0),
      online: field.integer(0),
    }),
    "must be a list of sessions",
  ),
});

/** Makes a session of the group. Nobody is in it yet. */
export const sessionCreate = field.params({
  group: field.uuid,
  kind: field.kind,
  value: v.exactOptional(field.value),
});

/** Says what a session of the group is, and who is in it. Takes no place. */
export const sessionJoin = field.params(inGroup);

/** Takes the next number of a session of the group. */
export const sessionSignup = field.params({ ...inGroup, ...credentials });

/** Takes the number in a session of the group that the caller has had before. */
export const sessionLoad = field.params({ ...inGroup, ...credentials, number: field.number });

/** Says under which index of the signers the others, as far as they go by indices, reach this member. */
export const sessionParticipant = field.params({ session: field.uuid, index: field.index });

/** Tells everybody else in the group what is proposed. */
export const notifyProposal = field.params({ ...inGroup, proposal: field.proposal, message: field.value });

/** Tells the group what was signed in a session. */
export const notifySigned = field.params({ ...inGroup, value: field.value });
