export { abortReasons } from "./abort-reasons.ts";
export {
  claimInvitation,
  createInvitation,
  generateIdentity,
  openSession,
  RelayConnection,
  type RelayConnectionOptions,
  Session,
  type SessionOptions,
} from "./api-outline.ts";
export { RelayError } from "./errors.ts";
export type { Contact, FullIdentity } from "./identity.ts";
export type { Invitation, InvitationOptions } from "./invitation.ts";
export { MemoryJournal } from "./memory-journal.ts";
export type { Clock, Journal, Kdf, RandomBytes } from "./ports.ts";
export type { SessionEnded, SessionEvent, SessionFailed } from "./session-event.ts";
export { scryptKdf, systemClock, systemRandomBytes } from "./system.ts";
export type { Transport, TransportConnection, TransportHandlers } from "./transport.ts";
