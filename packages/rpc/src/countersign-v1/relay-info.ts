import * as v from "valibot";
import * as field from "./fields.ts";

/** Says who serves here and what its limits are. */
export const relayInfo = {
  params: field.params({}),
  result: field.reply({
    name: v.string("must be text"),
    version: v.string("must be text"),
    dialects: v.array(v.string("must be text"), "must be a list of names"),
    limits: field.reply({
      /** Bytes of one message, either way. */
      message: field.integer(1),
      /** Characters of all bodies of one `Session.message`. */
      bodies: field.integer(1),
      envelopes: field.integer(1),
      parties: field.integer(2),
      /** Requests in one batch. */
      batch: field.integer(1),
      /** Requests `Session.message` without an answer. */
      unanswered: field.integer(1),
      /** Seconds without activity after which a session expires. */
      sessionLife: field.integer(1),
      /** Seconds that an invitation may be good at most. */
      invitationLife: field.integer(1),
    }),
  }),
};
