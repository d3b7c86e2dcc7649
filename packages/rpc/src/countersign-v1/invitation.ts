import * as v from "valibot";
import * as field from "./fields.ts";

/** Makes a group, a session and a short number under which others find them. */
export const invitationCreate = v.pipe(
  field.params({
    kind: field.kind,
    parties: field.parties,
    threshold: field.threshold,
    life: v.exactOptional(field.life),
  }),
  v.check((params) => params.threshold <= params.parties, field.THRESHOLD_REASON),
);

/** Its answer. */
export const invitationCreateResult = field.reply({
  nameplate: field.nameplate,
  group: field.uuid,
  session: field.uuid,
  life: field.life,
});

/** Looks a number up and holds a slot of its session; the same claim again gets the same answer and no second slot. */
export const invitationClaim = field.params({ nameplate: field.nameplate, claim: field.claim });

/** Its answer. */
export const invitationClaimResult = v.pipe(
  field.reply({
    group: field.uuid,
    session: field.uuid,
    kind: field.kind,
    parties: field.parties,
    threshold: field.threshold,
  }),
  v.check((found) => found.threshold <= found.parties, field.THRESHOLD_REASON),
);
