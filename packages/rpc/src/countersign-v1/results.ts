import type * as v from "valibot";
import { discoverResult } from "./discover.ts";
import { groupCreateResult, groupJoinResult } from "./group.ts";
import { invitationClaimResult, invitationCreateResult } from "./invitation.ts";
import { membership, nothing, session } from "./place.ts";
import { relayInfoResult } from "./relay-info.ts";
import { sessionMessageResult } from "./session.ts";

/** What all methods answer: apart from what they take, which clients write and only relays read. */
export const results = {
  "Relay.info": relayInfoResult,
  "Invitation.create": invitationCreateResult,
  "Invitation.claim": invitationClaimResult,
  "Session.open": membership,
  "Session.resume": membership,
  "Session.message": sessionMessageResult,
  "Session.ack": nothing,
  "Session.finish": nothing,
  "Session.abort": nothing,
  "Group.create": groupCreateResult,
  "Group.join": groupJoinResult,
  "Session.create": session,
  "Session.join": session,
  "Session.signup": membership,
  "Session.load": membership,
  "Session.participant": nothing,
  "Notify.proposal": nothing,
  "Notify.signed": nothing,
  "rpc.discover": discoverResult,
} as const;

export type MethodName = keyof typeof results;

/** What a method answers. */
export type MethodResult<Name extends MethodName> = v.InferOutput<(typeof results)[Name]>;
