export {
  type AbortEntry,
  type AckEntry,
  type ClaimEntry,
  type CreateEntry,
  decodeEntry,
  type Envelope,
  type ExpireEntry,
  encodeEntry,
  encodeMessageEntry,
  type FinishEntry,
  type ForgetEntry,
  type FreeEntry,
  type GroupEntry,
  type IndexEntry,
  type MemberEntry,
  type MessageEntry,
  type OpenEntry,
  type Parameters,
  type RegistryEntry,
  type SnapshotEntry,
} from "./entry.ts";
export { concerns, nextEvent, previousSeq } from "./events.ts";
export { applyToGroup } from "./group.ts";
export { createGroup, type Group, groupExcess, groupSnapshot, groupState } from "./group-state.ts";
export { findSession } from "./joining.ts";
export type { Kind } from "./kind.ts";
export { answerWithoutGroup } from "./live/apply.ts";
export type { LiveEntry, LiveRequest } from "./live/entry.ts";
export { nextDue } from "./live/outbox.ts";
export type { LiveAnswer, LiveRule } from "./live/output.ts";
export { violation } from "./live/rules.ts";
export type { LiveConnection, LiveEvent, LiveGroup, Names } from "./live/state.ts";
export {
  type AppendWaiter,
  appended,
  DamagedLogError,
  type LogListener,
  type LogRecord,
  type LogStore,
} from "./log-store.ts";
export { connectionsOf, hasTokens, type Member, memberOf, missingNumbers } from "./member.ts";
export { createMemoryStore } from "./memory-store.ts";
export type { GroupAnswer, GroupOutput, RegistryAnswer, RegistryOutput, TrimOutput } from "./output.ts";
export { isForAll, isPayload, type Payload, sizeOf } from "./payload.ts";
export type { Refusal } from "./refusal.ts";
export {
  applyToRegistry,
  createRegistry,
  type Invitation,
  type Registry,
  registrySnapshot,
  registryTimers,
} from "./registry.ts";
export { endOf, refuse, refuseEnded, type Session, type SessionEvent } from "./session-state.ts";
export {
  type Fact,
  isSharedStore,
  type NoticeListener,
  PositionTakenError,
  type SharedFacts,
  type SharedLogStore,
} from "./shared-log-store.ts";
export { SharedMemory, type SharedMemoryOptions } from "./shared-memory.ts";
export type { TimerOutput } from "./timer-output.ts";
export { sessionTimer, timersOf } from "./timers.ts";
export { type Cause, type Phase, type Transition, transitions } from "./transitions.ts";
export { bodiesFor, mpcEventOf } from "./translation.ts";
export { weightOf, weightOfEnvelopes, weightOfNumbers, weightOfSession } from "./weight.ts";
