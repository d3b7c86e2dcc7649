import { listed } from "./amounts.ts";
import type { CeremonyEvent } from "./ceremony-events.ts";

type Stand = Extract<CeremonyEvent, { event: "ceremony" }>;

/** What a ceremony calls the time in which the parties come. */
export const GATHERING = "gathering";
/** The time in which they compare the words. */
export const WORDS = "words";
/** The time behind its last round. */
const CLOSING = "closing";
/** And the time in which all have its result. */
export const COMPLETE = "complete";

/**
 * Where a ceremony stands, in one line: the round, and for whom it waits. Who is asked something sees the question; to
 * whoever looks from elsewhere, `all` says that this party is waited for, too.
 */
export function ceremonyLine(stand: Stand, whom: "others" | "all" = "others"): string {
  const { about, round, rounds, name, parties, expected = parties.length } = stand;
  if (name === COMPLETE) return `${about}: all parties have it`;
  const you = whom === "all" && parties.some(({ self, waited }) => self && waited) ? ["you"] : [];
  const others = parties.filter(({ self, waited }) => !self && waited).map(({ label }) => label);
  const waited = [...you, ...others];
  if (round === 0 && name === GATHERING) return `${about}: ${parties.length} of ${expected} are here`;
  if (round === 0) {
    return `${about}: ${waited.length === 0 ? "all have confirmed" : `waiting for ${listed(waited)} to confirm the words`}`;
  }
  const wait = waited.length === 0 ? "" : `: waiting for ${listed(waited)}`;
  const where = name === CLOSING ? "closing" : `round ${round} of ${rounds} (${name})`;
  return `${about}, ${where}${wait}`;
}

/** Where everybody stands, a line each, columns below each other. */
export function progressLines({
  parties,
  round: now,
  name,
}: Pick<Stand, "parties" | "round" | "name">): readonly string[] {
  const names = parties.map(({ label, self }) => (self ? `${label} (you)` : label));
  const width = Math.max(...names.map(({ length }) => length));
  return parties.map(({ number, online, verified, round, waited, self }, index) => {
    const state = [
      `${number}`.padStart(3),
      (names[index] ?? "").padEnd(width),
      online || self ? "● online " : "○ offline",
      verified ? "verified" : "not verified",
      ...(now === 0 ? [] : [`round ${round}`]),
      waited ? "waited for" : now === 0 && name === WORDS ? "has confirmed" : "",
    ];
    return state.join("  ").trimEnd();
  });
}
