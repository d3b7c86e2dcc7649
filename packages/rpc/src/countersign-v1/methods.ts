import type * as v from "valibot";
import { discover } from "./discover.ts";
import {
  groupCreate,
  groupJoin,
  notifyProposal,
  notifySigned,
  sessionCreate,
  sessionJoin,
  sessionLoad,
  sessionParticipant,
  sessionSignup,
} from "./group.ts";
import { invitationClaim, invitationCreate } from "./invitation.ts";
import { relayInfo } from "./relay-info.ts";
import { sessionAbort, sessionAck, sessionFinish, sessionMessage, sessionOpen, sessionResume } from "./session.ts";

/** All methods of countersign.v1. Arguments by position stand in the order in which `params` names them. */
export const methods = {
  "Relay.info": relayInfo,
  "Invitation.create": invitationCreate,
  "Invitation.claim": invitationClaim,
  "Session.open": sessionOpen,
  "Session.resume": sessionResume,
  "Session.message": sessionMessage,
  "Session.ack": sessionAck,
  "Session.finish": sessionFinish,
  "Session.abort": sessionAbort,
  "Group.create": groupCreate,
  "Group.join": groupJoin,
  "Session.create": sessionCreate,
  "Session.join": sessionJoin,
  "Session.signup": sessionSignup,
  "Session.load": sessionLoad,
  "Session.participant": sessionParticipant,
  "Notify.proposal": notifyProposal,
  "Notify.signed": notifySigned,
  "rpc.discover": discover,
} as const;

export type MethodName = keyof typeof methods;

/** The arguments of a method by name; byte strings are base64url. */
export type MethodParams<Name extends MethodName> = v.InferOutput<(typeof methods)[Name]["params"]>;

/** What a method answers. */
export type MethodResult<Name extends MethodName> = v.InferOutput<(typeof methods)[Name]["result"]>;

/** Whether the text names a method of the dialect. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
