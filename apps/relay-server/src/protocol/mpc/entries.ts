import { randomUUID } from "node:crypto";
import type { LiveRequest } from "@countersign/relay";
import type { MpcMethodName, MpcParams } from "@countersign/rpc";

/** What the relay adds to a call. */
export interface Stamp {
  readonly connection: number;
  /** Seconds without activity until a session expires. */
  readonly life: number;
}

/** The entry that each method becomes. */
export const entries: {
  readonly [Name in MpcMethodName]: (params: MpcParams<Name>, stamp: Stamp) => LiveRequest;
} = {
  "Group.create": ({ label, parameters: { parties, threshold } }, { connection }) => ({
    type: "found",
    group: randomUUID(),
    label,
    parties,
    threshold,
    connection,
  }),
  "Group.join": ({ group }, { connection }) => ({ type: "attach", group, connection }),
  "Session.create": (params, { connection, life }) => ({
    type: "begin",
    ...params,
    session: randomUUID(),
    connection,
    life,
  }),
  "Session.join": ({ group, session }, { connection }) => ({ type: "visit", group, session, connection }),
  "Session.signup": (params, { connection }) => ({ type: "signup", ...params, connection }),
  "Session.load": (params, { connection }) => ({ type: "load", ...params, connection }),
  "Session.participant": (params, { connection }) => ({ type: "participant", ...params, connection }),
  "Session.message": (params, { connection }) => ({ type: "relay", ...params, connection }),
  "Session.finish": (params, { connection }) => ({ type: "done", ...params, connection }),
  "Notify.proposal": (params, { connection }) => ({ type: "propose", ...params, connection }),
  "Notify.signed": (params, { connection }) => ({ type: "signed", ...params, connection }),
};
