import { checkLabel, limits, UsageError, utf8 } from "@countersign/wire";
import type { CeremonyParty, CeremonyTerms } from "./ceremony-types.ts";
import type { RoundShape } from "./round-protocol.ts";

/** Most rounds of a ceremony. */
export const MOST_ROUNDS = 64;
/** Longest name of a protocol or of a round, in bytes. */
const LONGEST_NAME = 64;
/** Longest time for a round, in seconds. */
const LONGEST_TIME = 86_400;
/** Longest message that is taken where the shape of the round does not say it, in bytes. */
export const USUAL_BYTES = 65_536;
/** A message of 1 MiB less the heads in front of it: that of a round message and that of a statement. */
const MOST_BYTES = limits.message - 256;

/** The parties by ascending number. Throws `UsageError` for terms that make no sense. */
export function checkTerms({ transcript, threshold, protocol, parties }: CeremonyTerms): readonly CeremonyParty[] {
  if (transcript.length !== 32) throw new UsageError("usage.length", "a group transcript has 32 bytes");
  if (!isName(protocol.name)) throw new UsageError("usage.protocol", "a protocol's name has 1 to 64 bytes");
  const { rounds } = protocol;
  if (rounds.length < 1 || rounds.length > MOST_ROUNDS || !rounds.every(isShape)) {
    throw new UsageError("usage.protocol", `a protocol has 1 to ${MOST_ROUNDS} rounds with a name, a time and a size`);
  }
  const fault = rosterFault(parties, threshold);
  if (fault !== undefined) throw new UsageError("usage.roster", fault);
  return [...parties].sort((a, b) => a.number - b.number);
}

/** What is wrong with parties and threshold, if anything is. */
export function rosterFault(parties: readonly CeremonyParty[], threshold: number): string | undefined {
  if (parties.length < 2 || parties.length > limits.parties) return `a ceremony has 2 to ${limits.parties} parties`;
  if (!isWhole(threshold, 1, limits.parties)) return "a threshold is a whole number from 1";
  for (const { number, label, ed25519 } of parties) {
    if (!isWhole(number, 1, limits.parties)) return `a party's number is 1 to ${limits.parties}`;
    if (!checkLabel(label).ok) return "a label that is none";
    if (ed25519.length !== 32) return "an Ed25519 key has 32 bytes";
  }
  if (new Set(parties.map(({ number }) => number)).size < parties.length) return "two parties with one number";
  if (new Set(parties.map(({ label }) => label)).size < parties.length) return "two parties with one label";
  return undefined;
}

/** Whether a protocol or a round may be called that. */
export function isName(name: string): boolean {
  return name.isWellFormed() && name !== "" && utf8(name).length <= LONGEST_NAME;
}

function isShape({ name, seconds, bytes }: RoundShape): boolean {
  return isName(name) && isWhole(seconds, 1, LONGEST_TIME) && isWhole(bytes ?? USUAL_BYTES, 0, MOST_BYTES);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
