import type { Transition, TransitionTable } from "../transition-table.ts";

export type SasState =
  | "created"
  /** Own commitment is out, some of the others' are missing; nobody knows our nonce. */
  | "committing"
  /** Own nonce is revealed, some of the others' are missing; the time limit runs. */
  | "opening"
  /** The string is shown, the user has not answered. */
  | "comparing"
  /** The user said yes, some of the others have not. */
  | "agreed"
  | "complete"
  | "failed";

/** Every event the machine tells apart; the first group is what inputs are judged to be. */
export const sasEvents = [
  "start",
  /** A start with the nonce of a run that ended before its reveal. */
  "restart",
  /** A start with the openings that a run before it has verified. */
  "reopen",
  "commitment",
  "reveal",
  "ok",
  /** A message that was heard before, byte for byte. */
  "repeat",
  /** A SAS_OK where pinned keys make it needless. */
  "unasked",
  /** A message that no correct party sends. */
  "breach",
  /** A party sees something else than we do. */
  "mismatch",
  /** A channel ended, or time ran out. */
  "abort",
  "yes",
  "no",
  // The second group follows by itself from what is held.
  "all-committed",
  "all-opened",
  /** A run that ended behind the user's yes. */
  "was-agreed",
  "all-pinned",
  "all-confirmed",
] as const;
export type SasEvent = (typeof sasEvents)[number];

export type SasAction =
  | "keep-nonce"
  | "commit"
  | "hold-commitment"
  | "mark-revealed"
  | "reveal"
  | "hold-nonce"
  /** Starts the time that the others have for their commitments, or for their reveals. */
  | "await-commitments"
  | "await-reveals"
  | "stop-clock"
  | "keep-openings"
  | "restore-openings"
  | "show"
  | "hold-early-ok"
  | "hold-ok"
  | "tell-ok"
  | "say-ok"
  | "finish"
  /** Makes the failure that follows one to be put on disk. */
  | "count"
  | "fail-protocol"
  | "fail-mismatch"
  | "fail-aborted"
  | "drop"
  /** The caller's fault: throws, nothing changes. */
  | "refuse";

type Cell = Transition<SasState, SasAction>;

function to(next: SasState, ...actions: readonly SasAction[]): Cell {
  return { next, actions };
}

/** A row of the table: the cells given, `otherwise` in all others. */
function row(cells: { readonly [E in SasEvent]?: Cell }, otherwise: Cell): { readonly [E in SasEvent]: Cell } {
  return Object.fromEntries(sasEvents.map((event) => [event, cells[event] ?? otherwise])) as {
    readonly [E in SasEvent]: Cell;
  };
}

/**
 * All transitions of the group SAS (spec 0003, section 8). What counts as a SAS failure is written here: every end after
 * one's own reveal and before the string is known, and every mismatch after it.
 */
export const transitions: TransitionTable<SasState, SasEvent, SasAction> = {
  created: row(
    {
      start: to("committing", "keep-nonce", "commit", "await-commitments"),
      restart: to("committing", "commit", "await-commitments"),
      reopen: to("comparing", "restore-openings", "show"),
    },
    to("created", "refuse"),
  ),
  committing: row(
    {
      commitment: to("committing", "hold-commitment"),
      reveal: to("committing", "hold-nonce"),
      ok: to("committing", "hold-early-ok"),
      repeat: to("committing", "drop"),
      unasked: to("committing", "drop"),
      "all-committed": to("opening", "mark-revealed", "reveal", "await-reveals"),
      breach: to("failed", "stop-clock", "fail-protocol"),
      mismatch: to("failed", "stop-clock", "fail-mismatch"),
      abort: to("failed", "stop-clock", "fail-aborted"),
    },
    to("committing", "refuse"),
  ),
  opening: row(
    {
      reveal: to("opening", "hold-nonce"),
      ok: to("opening", "hold-early-ok"),
      repeat: to("opening", "drop"),
      unasked: to("opening", "drop"),
      "all-opened": to("comparing", "stop-clock", "keep-openings", "show"),
      breach: to("failed", "stop-clock", "count", "fail-protocol"),
      mismatch: to("failed", "stop-clock", "count", "fail-mismatch"),
      abort: to("failed", "stop-clock", "count", "fail-aborted"),
    },
    to("opening", "refuse"),
  ),
  comparing: row(
    {
      ok: to("comparing", "hold-ok", "tell-ok"),
      repeat: to("comparing", "drop"),
      yes: to("agreed", "say-ok"),
      "was-agreed": to("agreed"),
      no: to("failed", "count", "fail-mismatch"),
      "all-pinned": to("complete", "finish"),
      breach: to("failed", "fail-protocol"),
      mismatch: to("failed", "count", "fail-mismatch"),
      abort: to("failed", "fail-aborted"),
    },
    to("comparing", "refuse"),
  ),
  agreed: row(
    {
      ok: to("agreed", "hold-ok", "tell-ok"),
      repeat: to("agreed", "drop"),
      yes: to("agreed"),
      no: to("failed", "count", "fail-mismatch"),
      "all-confirmed": to("complete", "finish"),
      breach: to("failed", "fail-protocol"),
      mismatch: to("failed", "count", "fail-mismatch"),
      abort: to("failed", "fail-aborted"),
    },
    to("agreed", "refuse"),
  ),
  complete: row({}, to("complete")),
  failed: row({}, to("failed")),
};
