import type { Ceremony, RoundProtocol } from "@countersign/session";
import type { CeremonyJournal } from "./ceremony-journal.ts";
import type { Clock } from "./ports.ts";
import type { Session } from "./session.ts";
import type { SessionEvent } from "./session-event.ts";

/** What a ceremony works with. */
export interface CeremonyParts<Result> {
  readonly session: Session;
  /** Those of the session behind `ready`. */
  readonly events: AsyncIterable<SessionEvent>;
  readonly ceremony: Ceremony;
  readonly protocol: RoundProtocol<Result>;
  readonly journal: CeremonyJournal;
  readonly clock: Clock;
  /** What the journal was given last by a process before this one. */
  readonly checkpoint: Uint8Array | undefined;
}

/** What came of a ceremony. */
export interface CeremonyResult<Result> {
  readonly result: Result;
  /** 32 bytes, public: all parties have signed that they have the same. */
  readonly outcome: Uint8Array;
  /** The record of the ceremony (spec 0005), a text without secrets, which `verifyRecord` checks. */
  readonly record: string;
}
