import type { RpcErrorObject } from "../message.ts";
import { rpcErrorNumbers } from "../standard-errors.ts";
import { mpcLimits } from "./dialect.ts";

/** The `data` of an error behind which the relay closes the connection. */
export const CLOSE_CONNECTION = "close-connection";

/**
 * The texts of all rules that a call can violate. Clients compare them, so they are part of the dialect: also that of
 * an unknown session, which says "group".
 */
export const mpcRules = {
  partiesTooFew: () => "parties must be greater than one",
  thresholdZero: () => "threshold must be greater than zero",
  thresholdTooHigh: () => "threshold must be less than parties",
  unknownGroup: (group: string) => `group ${group} does not exist`,
  unknownSession: (session: string) => `group ${session} does not exist`,
  notInGroup: (connection: number, group: string) => `client ${connection} does not belong to the group ${group}`,
  groupFull: (group: string) => `group ${group} is full, cannot accept new connections`,
  numberZero: () => "party number may not be zero",
  numberOutOfRange: () => "party number is out of range",
  numberTaken: (session: string) => `party number already exists for session ${session}`,
  unknownParty: (number: number) => `party ${number} does not exist`,
  foreignParty: (number: number) => `party ${number} is not valid in this context`,
  unknownReceiver: (receiver: number) => `receiver ${receiver} for peer to peer message does not exist`,
  // The rest are rules that the original does not have.
  partiesTooMany: () => `parties must not be greater than ${mpcLimits.parties}`,
  labelTooLong: () => `label must not be longer than ${mpcLimits.label} bytes`,
  valueTooLong: () => `value must not be longer than ${mpcLimits.value} bytes`,
  proposalTooLong: () => `proposal must not be longer than ${mpcLimits.proposal} bytes`,
  messageTooLong: () => `message must not be longer than ${mpcLimits.mixedMessage} bytes in this session`,
  sessionFull: (session: string) => `session ${session} is full, cannot accept new parties`,
  alreadyParty: (connection: number, number: number) => `client ${connection} is party ${number} already`,
  indexTaken: (session: string) => `participant index already exists for session ${session}`,
  tooManyGroups: (connection: number) => `client ${connection} is in too many groups`,
  groupKeepsNoMore: (group: string) => `group ${group} has too many sessions`,
  relayFull: () => "the relay has too many sessions",
  tooManySessions: () => "too many sessions were made from one address",
  relayKeepsNoMore: () => "the relay keeps too much that somebody has not read",
  sessionKeepsNoMore: (session: string) => `session ${session} has too many messages that somebody has not read`,
  unavailable: () => "the relay cannot do this now",
} as const;

/** The violation of a rule. */
export function mpcError(message: string, data?: typeof CLOSE_CONNECTION): RpcErrorObject {
  return { code: rpcErrorNumbers.internal, message, ...(data === undefined ? {} : { data }) };
}

/** No such method; its name is repeated. */
export function mpcUnknownMethod(method: string): RpcErrorObject {
  return { code: rpcErrorNumbers.methodNotFound, message: `Service method not found: ${method}` };
}

/** Arguments that do not fit, and why. */
export function mpcInvalidParams(data: string): RpcErrorObject {
  return { code: rpcErrorNumbers.invalidParams, message: "Message parameters are invalid", data };
}
