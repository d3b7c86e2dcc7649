export {
  type AbortEntry,
  type AckEntry,
  type ClaimEntry,
  type CreateEntry,
  decodeEntry,
  type Envelope,
  type ExpireEntry,
  encodeEntry,
  type FinishEntry,
  type ForgetEntry,
  type FreeEntry,
  type GroupEntry,
  type Kind,
  type MemberEntry,
  type MessageEntry,
  type OpenEntry,
  type Parameters,
  type RegistryEntry,
  type SnapshotEntry,
} from "./entry.ts";
export { bodiesFor, concerns, previousSeq, readEvents } from "./events.ts";
export { applyToGroup } from "./group.ts";
export { createGroup, type Group, groupSnapshot } from "./group-state.ts";
export type { LiveEntry } from "./live/entry.ts";
export type { LiveAnswer } from "./live/output.ts";
export type { LiveGroup, LiveSession, Party } from "./live/state.ts";
export { DamagedLogError, type LogListener, type LogRecord, type LogStore } from "./log-store.ts";
export { createMemoryStore } from "./memory-store.ts";
export type { GroupAnswer, GroupOutput, RegistryOutput } from "./output.ts";
export type { Refusal } from "./refusal.ts";
export {
  applyToRegistry,
  createRegistry,
  type Invitation,
  type Registry,
  registrySnapshot,
  registryTimers,
} from "./registry.ts";
export { endOf, type Member, refuse, refuseEnded, type Session, type SessionEvent } from "./session-state.ts";
export type { TimerOutput } from "./timer-output.ts";
export { sessionTimer, timersOf } from "./timers.ts";
export { type Cause, type Phase, type Transition, transitions } from "./transitions.ts";
