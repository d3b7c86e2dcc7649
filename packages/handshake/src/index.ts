export { codeKdf, codeSalt } from "./code/code-key.ts";
export {
  type CodeFault,
  DEFAULT_CODE_WORDS,
  formatLink,
  makeCode,
  type ParseCodeResult,
  type ParsedCode,
  parseCode,
} from "./code/spoken-code.ts";
export { contactGroup } from "./cs43/keys.ts";
export { LAST_AT, nextAt, Order, orderOf, type Role } from "./exchange/at.ts";
export type {
  Answer,
  BadPacket,
  CipherSet,
  ExchangeKeys,
  Incoming,
  Run,
  RunResult,
} from "./exchange/cipher-set.ts";
export { Exchange, type ExchangeOptions } from "./exchange/exchange.ts";
export type { ExchangeInput, ExchangeOutput } from "./exchange/exchange-types.ts";
export { EXCHANGE_LIFE, FLIGHT_LIFE, resendAfter } from "./exchange/schedule.ts";
export { createHistory, type GroupHistory, type HeldMessage, type PeerHistory } from "./group/history.ts";
export { createPeerGroup } from "./group/peer-group.ts";
export { recordEntry, recordMember } from "./group/record-entry.ts";
export { PAIR_LIFE } from "./group/roster.ts";
export type { Drop, Instant, Machine, Persist, Persisted, Wake } from "./machine.ts";
export {
  LONGEST_NOTE,
  type NoteContext,
  type NoteSubject,
  type OpenNoteOptions,
  openNote,
  type SealNoteOptions,
  sealNote,
} from "./note/sealed-note.ts";
export type {
  Failed,
  Identity,
  Party,
  PeerGroupEntry,
  PeerGroupInput,
  PeerGroupOptions,
  PeerGroupOutput,
  Pin,
  PinnedPeer,
  SessionKind,
  SessionParameters,
  Trust,
} from "./peer-group-types.ts";
export {
  type FailureCode,
  failureCodes,
} from "./peer-group-types.ts";
export { routingToken } from "./routing-token.ts";
export { type SasParty, sessionTranscript } from "./sas/group-transcript.ts";
export { sayBytes, wordFits, wordsLike } from "./spoken-words.ts";
