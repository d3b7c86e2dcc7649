import type { MpcEvent, MpcResult } from "@countersign/rpc";
import type { GroupEntry } from "../entry.ts";
import type { Refusal } from "../refusal.ts";
import type { CancelOutput, TimerOutput } from "../timer-output.ts";

/** What whoever appended an entry of a live group is told. */
export type LiveAnswer = { readonly ok: true; readonly result: MpcResult } | Refusal;

/** News for connections: each hears it if it still exists, and nobody is told later. */
export interface TellOutput {
  readonly type: "tell";
  readonly connections: readonly number[];
  readonly event: MpcEvent;
}

/** A session of these connections has expired; the dialect has no other word for it than the end of a connection. */
export interface CutOutput {
  readonly type: "cut";
  readonly connections: readonly number[];
  readonly session: string;
}

/** What applying an entry of a live group leads to. The reply comes first. */
export type LiveOutput =
  | { readonly type: "reply"; readonly answer: LiveAnswer }
  | TellOutput
  | CutOutput
  | TimerOutput<GroupEntry>
  | CancelOutput;

/** The outputs of an entry that was taken. */
export function reply(result?: MpcResult): LiveOutput[] {
  return [{ type: "reply", answer: { ok: true, result } }];
}
