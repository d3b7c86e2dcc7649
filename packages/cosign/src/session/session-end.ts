import type { SessionEnded, SessionFailed } from "@countersign/client";

/** How a session came to its end. */
export interface SessionEnd {
  readonly state: "closed" | "failed" | "expired";
  /** Why, as a sentence without its full stop; holds no secret. */
  readonly detail: string;
  /** What the others are told, if it is not an end in order: see `reasons`. */
  readonly word?: string;
}

export const closedHere: SessionEnd = { state: "closed", detail: "the session was closed here" };
export const outlived: SessionEnd = { state: "expired", detail: "the time to live of the session is over" };
export const overflowed: SessionEnd = {
  state: "failed",
  detail: "the other parties sent more than anybody here asked for",
  word: "error",
};
export const denied: SessionEnd = {
  state: "failed",
  detail: "the SAS was confirmed here, and is said to differ now",
  word: "sas-mismatch",
};

/** What the words say that travel with an end (`abortReasons`), if another party says them. */
const reasons: Readonly<Record<string, string>> = {
  "code-mismatch": "the code was wrong on one side: mistyped, or somebody tried to guess it",
  "identity-changed": "it found another than the one whose keys are pinned",
  "duplicate-identity": "it found that two parties go by the same name, or show the same keys",
  timeout: "it did not get an answer in time",
  "sas-mismatch": "it found that the SAS is not the same on both sides",
  cancelled: "it did not want to go on",
  expired: "the time to live is over",
  protocol: "it received what no party could have sent in order",
  error: "something failed there",
};

/** The end that the session's last event tells of. */
export function endOf(event: SessionEnded | SessionFailed): SessionEnd {
  if (event.type === "failed") return { state: "failed", detail: `${event.detail} (${event.code})` };
  switch (event.how) {
    case "closed":
      return { state: "closed", detail: "the other parties have closed the session" };
    case "aborted":
      return {
        state: event.reason === "expired" ? "expired" : "failed",
        detail: `party ${event.by ?? "unknown"} has ended the session: ${reasons[event.reason ?? ""] ?? "it gave no reason"}`,
      };
    case "expired":
      return { state: "expired", detail: "the relay knows the session no more" };
    case "replaced":
      return { state: "failed", detail: "another process has taken this party's place" };
    case "unreachable":
      return { state: "failed", detail: "the relay did not come back in time" };
  }
}
