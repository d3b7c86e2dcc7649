export { contactGroup, makeCode, type ParsedCode, parseCode } from "@countersign/handshake";
export { abortReasons } from "./abort-reasons.ts";
export { type Bundle, MOST_BUNDLE } from "./by-hand/bundle.ts";
export { Hand, type Taking } from "./by-hand/hand.ts";
export { type ByHandOptions, openByHand, type ResumeByHandOptions, resumeByHand } from "./by-hand/open-by-hand.ts";
export { CeremonyError, type CeremonyErrorCode, type CeremonyEvent } from "./ceremony-event.ts";
export type { CeremonyJournal } from "./ceremony-journal.ts";
export type { CeremonyResult } from "./ceremony-parts.ts";
export type { CeremonyRun } from "./ceremony-run.ts";
export { decodeEntry, encodeEntry } from "./entry-codec.ts";
export { RelayError, type RelayErrorCode } from "./errors.ts";
export { type Contact, type FullIdentity, generateIdentity } from "./identity.ts";
export { claimInvitation, createInvitation, type Invitation, type InvitationOptions } from "./invitation.ts";
export type { Journal } from "./journal.ts";
export type { KeyMeeting } from "./key-meeting.ts";
export type { Note } from "./key-notes.ts";
export type { KeyPlace } from "./key-place.ts";
export {
  type KeyEvent,
  type KeySession,
  type KeyWatch,
  type KeyWatchOptions,
  watchKey,
} from "./key-watch.ts";
export { type LeftCeremony, type LeftCeremonyOptions, leftCeremony } from "./left-ceremony.ts";
export { MemoryJournal } from "./memory-journal.ts";
export { openSession } from "./open-session.ts";
export type { OutgoingMessage } from "./outgoing-message.ts";
export type { Clock, Kdf, RandomBytes } from "./ports.ts";
export { RelayConnection, type StandaloneMethod } from "./relay-connection.ts";
export type { RelayConnectionOptions } from "./relay-connection-options.ts";
export { type Relay, RelayShare } from "./relay-share.ts";
export { relayAddresses } from "./relay-url.ts";
export { type ResumeOptions, resumeSession } from "./resume-session.ts";
export { type CeremonyRunOptions, runCeremony } from "./run-ceremony.ts";
export type { Session } from "./session.ts";
export type { SessionEnded, SessionEvent, SessionFailed } from "./session-event.ts";
export {
  addEntry,
  beginRecord,
  type JournalEntry,
  type SessionOrigin,
  type SessionRecord,
  transcriptOf,
} from "./session-record.ts";
export type { SessionSurroundings } from "./sit.ts";
export type { Meeting, SessionOptions } from "./start-session.ts";
export { scryptKdf, systemClock, systemRandomBytes } from "./system.ts";
export type { Transport, TransportConnection, TransportHandlers } from "./transport.ts";
export { quickVerifier, verifyEd25519 } from "./verify-ed25519.ts";
export { webSocketTransport } from "./web-socket.ts";
