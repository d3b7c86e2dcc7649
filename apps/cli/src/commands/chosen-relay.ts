import { DEFAULT_RELAY, type MeetingFlags, readRelay } from "../options.ts";

/** The relay that the user has named, else the usual one. Throws `CommandError` (usage). */
export function chosenRelay(flags: Pick<MeetingFlags, "relay">, environment: NodeJS.ProcessEnv): string {
  return flags.relay ?? readRelay(environment["COUNTERSIGN_RELAY"] || DEFAULT_RELAY);
}
