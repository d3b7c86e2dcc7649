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
import { type MethodName, results } from "./results.ts";
import { sessionAbort, sessionAck, sessionFinish, sessionMessage, sessionOpen, sessionResume } from "./session.ts";

/** All methods of countersign.v1. Arguments by position stand in the order in which `params` names them. */
export const methods = {
  "Relay.info": { params: relayInfo, result: results["Relay.info"] },
  "Invitation.create": { params: invitationCreate, result: results["Invitation.create"] },
  "Invitation.claim": { params: invitationClaim, result: results["Invitation.claim"] },
  "Session.open": { params: sessionOpen, result: results["Session.open"] },
  "Session.resume": { params: sessionResume, result: results["Session.resume"] },
  "Session.message": { params: sessionMessage, result: results["Session.message"] },
  "Session.ack": { params: sessionAck, result: results["Session.ack"] },
  "Session.finish": { params: sessionFinish, result: results["Session.finish"] },
  "Session.abort": { params: sessionAbort, result: results["Session.abort"] },
  "Group.create": { params: groupCreate, result: results["Group.create"] },
  "Group.join": { params: groupJoin, result: results["Group.join"] },
  "Session.create": { params: sessionCreate, result: results["Session.create"] },
  "Session.join": { params: sessionJoin, result: results["Session.join"] },
  "Session.signup": { params: sessionSignup, result: results["Session.signup"] },
  "Session.load": { params: sessionLoad, result: results["Session.load"] },
  "Session.participant": { params: sessionParticipant, result: results["Session.participant"] },
  "Notify.proposal": { params: notifyProposal, result: results["Notify.proposal"] },
  "Notify.signed": { params: notifySigned, result: results["Notify.signed"] },
  "rpc.discover": { params: discover, result: results["rpc.discover"] },
} as const satisfies Record<MethodName, unknown>;

/** The arguments of a method by name; byte strings are base64url. */
export type MethodParams<Name extends MethodName> = v.InferOutput<(typeof methods)[Name]["params"]>;

/** Whether the text names a method of the dialect. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
