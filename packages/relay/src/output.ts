import type { RpcErrorObject } from "@countersign/rpc";
import type { GroupEntry, RegistryEntry } from "./entry.ts";
import type { LiveOutput } from "./live/output.ts";

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

/** An error in the form of JSON-RPC; a dialect that says it otherwise finds the code in its data. */
export interface Refusal {
  readonly ok: false;
  readonly error: RpcErrorObject;
}

/** Append `entry` after so many seconds, unless a timer of the same key replaces this one or it is cancelled. */
export interface TimerOutput<Entry> {
  readonly type: "timer";
  readonly key: string;
  readonly after: number;
  readonly entry: Entry;
}

interface CancelOutput {
  readonly type: "cancel";
  readonly key: string;
}

/** The state has been put into the log at `before`; of the records in front of it only those of `keep` are needed. */
interface TrimOutput {
  readonly type: "trim";
  readonly before: number;
  readonly keep: readonly number[];
}

/** What applying an entry of a group's log leads to. The answer comes first. */
export type GroupOutput =
  | { readonly type: "answer"; readonly answer: GroupAnswer }
  /** The session has a new event, for those whom it concerns. */
  | { readonly type: "event"; readonly session: string; readonly seq: number }
  /** The session exists no more; if it was the last one, the group can be dissolved. */
  | { readonly type: "forgotten"; readonly session: string }
  | LiveOutput
  | TimerOutput<GroupEntry>
  | CancelOutput
  | TrimOutput;

/** What applying an entry of the registry's log leads to. */
export type RegistryOutput =
  | { readonly type: "answer"; readonly answer: { readonly ok: true; readonly nameplate: string } | Refusal }
  | TimerOutput<RegistryEntry>
  | TrimOutput;
