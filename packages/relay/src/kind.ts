import type { MethodParams } from "@countersign/rpc";

/** What a session is for; the relay only compares it. */
export type Kind = MethodParams<"Session.open">["kind"];
