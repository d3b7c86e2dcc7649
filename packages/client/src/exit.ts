import { CloseReason, CountersignError, UsageError } from "@countersign/wire";
import { abortReasons } from "./abort-reasons.ts";
import { RelayError } from "./errors.ts";
import type { SessionEnded, SessionFailed } from "./session-event.ts";

/** How a session comes to its end on this side: who is told what. */
export interface Exit {
  /** For the parties; none if the machine has told them already. */
  readonly reason?: CloseReason;
  /** For the relay; none to finish in order. */
  readonly abort?: string;
  /** For whoever wants to send something now. */
  readonly fault: CountersignError;
  /** For the consumer of the events. */
  readonly last: SessionEnded | SessionFailed;
}

/** The user is done. */
export function exitByClose(reason: CloseReason): Exit {
  return { reason, fault: closedHere(), last: { type: "ended", how: "closed" } };
}

/** The user ends it for everybody. Throws `UsageError` for a reason that is no word. */
export function exitByAbort(number: number, word: string): Exit {
  if (!/^[a-z][a-z-]{0,31}$/.test(word)) {
    throw new UsageError("usage.reason", "a reason is 1 to 32 lower-case letters and hyphens");
  }
  const last = { type: "ended", how: "aborted", by: number, reason: word } as const;
  return { reason: CloseReason.ABORTED, abort: word, fault: closedHere(), last };
}

/** The relay says that it is over. The machine is told, to note down what an unfinished comparison costs. */
export function exitByRelay(last: SessionEnded): Exit {
  const fault = last.cause ?? new RelayError("relay.session-ended", `The session has ended: ${last.how}`);
  return { reason: CloseReason.ABORTED, fault, last };
}

/** It failed for good. */
export function exitByFailure(last: SessionFailed): Exit {
  return { abort: abortReasons[last.code], fault: new CountersignError(last.code, last.detail), last };
}

/**
 * One proof that a party has another code ends the session at once: its seat is taken, so that it cannot try again
 * there, and nobody has to wait for a time-out to learn that a word was misheard.
 */
export function exitByWrongCode(number: number): Exit {
  const detail = `party ${number} has another code`;
  const failed: SessionFailed = { type: "failed", code: "peer.wrong-code", culprits: [number], detail };
  return { ...exitByFailure(failed), reason: CloseReason.ABORTED };
}

/** A party can neither pair nor encrypt. Nothing was sent to it; a session with a place less is another one. */
export function exitByClearText(number: number): Exit {
  const detail = `party ${number} speaks a dialect without encryption`;
  const failed: SessionFailed = { type: "failed", code: "peer.clear-text", culprits: [number], detail };
  return { ...exitByFailure(failed), reason: CloseReason.ABORTED };
}

function closedHere(): CountersignError {
  return new CountersignError("local.closed", "The session was closed by this side");
}
