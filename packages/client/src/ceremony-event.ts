import type { CeremonyFailureCode, CeremonyView } from "@countersign/session";
import { CountersignError } from "@countersign/wire";
import type { SessionEnded, SessionFailed } from "./session-event.ts";

/** What a ceremony tells its user while it goes on. */
export type CeremonyEvent =
  /** Something has changed. What is said is how things are when the event is taken, so that one event may stand for many. */
  | { readonly type: "progress"; readonly view: CeremonyView }
  /** Half of a round's time is over, and these are missing. */
  | { readonly type: "late"; readonly round: number; readonly name: string; readonly missing: readonly number[] }
  /** The connection to the relay broke; it is being made again, and nothing is lost. */
  | { readonly type: "relay-lost" }
  | { readonly type: "relay-back" }
  /** All parties have signed the same outcome: `result` is there. */
  | { readonly type: "complete" }
  /** Terminal. */
  | { readonly type: "failed"; readonly error: CeremonyError };

/** Why a ceremony has no result. */
export type CeremonyErrorCode =
  | CeremonyFailureCode
  /** The session beneath it failed. */
  | SessionFailed["code"]
  /** The culprits left before they had said everything. */
  | "peer.left"
  /** The relay ended the session, or could not be reached any more. */
  | "session.ended";

/** A ceremony came to nothing. Holds no secret. */
export class CeremonyError extends CountersignError {
  override readonly name = "CeremonyError";
  declare readonly code: CeremonyErrorCode;
  /** Numbers of those whom this party has found at fault, or waited for in vain. */
  readonly culprits: readonly number[];
  /** Who ended it, where another party did; as the relay says for `session.ended`. */
  readonly by: number | undefined;
  /** The round in which it failed, and its name, where it had come to one. */
  readonly round: number | undefined;
  readonly roundName: string | undefined;

  constructor(code: CeremonyErrorCode, message: string, details: CeremonyErrorDetails = {}) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.culprits = details.culprits ?? [];
    this.by = details.by;
    this.round = details.round;
    this.roundName = details.name;
  }
}

/** What a ceremony fails with whose session has ended. */
export function errorOfEnd(end: SessionFailed | SessionEnded): CeremonyError {
  if (end.type === "failed") return new CeremonyError(end.code, end.detail, { culprits: end.culprits });
  const by = end.by === undefined ? {} : { by: end.by };
  return new CeremonyError("session.ended", `the session has ended: ${end.reason ?? end.how}`, by);
}

export interface CeremonyErrorDetails {
  readonly culprits?: readonly number[];
  readonly by?: number;
  readonly round?: number;
  readonly name?: string;
  readonly cause?: unknown;
}
