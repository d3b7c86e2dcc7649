import type { MpcResult, mpcRules } from "@countersign/rpc";
import type { Refusal } from "../refusal.ts";

/** The rules that an entry of a live group can violate. */
export type LiveRule = keyof typeof mpcRules;

/** What whoever appended an entry of a live group is told; a dialect with other words than those of the error has the rule. */
export type LiveAnswer = { readonly ok: true; readonly result: MpcResult } | (Refusal & { readonly rule: LiveRule });

/** What applying an entry leads to for connections. The reply comes first. */
export type LiveOutput =
  | { readonly type: "reply"; readonly answer: LiveAnswer }
  /** These connections have something new in the outbox of the group. */
  | { readonly type: "due"; readonly connections: readonly number[] }
  /** A session of these connections has ended; their dialect has no other word for it than the end of a connection. */
  | {
      readonly type: "cut";
      readonly connections: readonly number[];
      readonly session: string;
      readonly ended: "aborted" | "expired";
    };

/** The outputs of an entry that was taken. */
export function reply(result?: MpcResult): LiveOutput[] {
  return [{ type: "reply", answer: { ok: true, result } }];
}
