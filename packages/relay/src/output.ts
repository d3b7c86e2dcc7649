import type { GroupEntry, RegistryEntry } from "./entry.ts";
import type { LiveOutput } from "./live/output.ts";
import type { Refusal } from "./refusal.ts";
import type { CancelOutput, TimerOutput } from "./timer-output.ts";

/** What the one who appended an entry is told. */
export type GroupAnswer =
  | {
      readonly ok: true;
      readonly session: string;
      /** The member's number; 0 where the caller is none. */
      readonly number: number;
      /** The message's seq, or the newest of the session. */
      readonly seq: number;
    }
  | Refusal;

/** Of the records of the log in front of `before` only those of `keep` are needed. */
export interface TrimOutput {
  readonly type: "trim";
  readonly before: number;
  readonly keep: readonly number[];
}

/** What applying an entry of a group's log leads to. The answer or reply comes first. */
export type GroupOutput =
  | { readonly type: "answer"; readonly answer: GroupAnswer }
  /** The session exists from now on. */
  | { readonly type: "made"; readonly session: string }
  /** The session has a new event, for those whom it concerns. */
  | { readonly type: "event"; readonly session: string; readonly seq: number }
  /** A member that is a connection has come or gone; said to members with a token. */
  | { readonly type: "presence"; readonly session: string; readonly number: number; readonly online: boolean }
  /** The session exists no more; if it was the last one, the group can be dissolved. */
  | { readonly type: "forgotten"; readonly session: string }
  | LiveOutput
  | TimerOutput<GroupEntry>
  | CancelOutput
  | TrimOutput;

/** What the one who appended an entry to the registry's log is told. */
export type RegistryAnswer =
  | { readonly ok: true; readonly nameplate: string }
  /** The number of a node that begins, which no other one has had: from 1. */
  | { readonly ok: true; readonly node: number }
  /** The group of a session that was listed. */
  | { readonly ok: true; readonly group: string }
  | Refusal;

/** What applying an entry of the registry's log leads to. */
export type RegistryOutput =
  | { readonly type: "answer"; readonly answer: RegistryAnswer }
  | TimerOutput<RegistryEntry>
  | CancelOutput
  | TrimOutput;
