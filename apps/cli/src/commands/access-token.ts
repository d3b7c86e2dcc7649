import { readFile } from "node:fs/promises";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { type MeetingFlags, relayAddresses } from "../options.ts";
import { chosenRelay } from "./chosen-relay.ts";

type Flags = Pick<MeetingFlags, "relay" | "relayTokenFile">;

/**
 * The token by which a relay knows whom it admits: from the file that was named, else from `COUNTERSIGN_RELAY_TOKEN`.
 * Only the relay that the user has chosen is shown it, for a code's link may lead to anybody's. Throws `CommandError`.
 */
export async function readAccessToken(
  flags: Flags,
  { relay, environment }: { readonly relay: string; readonly environment: NodeJS.ProcessEnv },
): Promise<string | undefined> {
  const file = flags.relayTokenFile;
  const chosen = relayAddresses(chosenRelay(flags, environment));
  const isChosen = relayAddresses(relay).every((address) => chosen.includes(address));
  if (file === undefined) return isChosen ? checkToken(environment["COUNTERSIGN_RELAY_TOKEN"]) : undefined;
  if (isChosen) return checkToken(await readToken(file));
  const message = `The token is not shown to ${relay}, which you have not chosen. If it is for that relay, name it with --relay.`;
  throw usageError("usage.relay-token", message);
}

async function readToken(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const message = `The file ${file} with the token for the relay cannot be read.`;
    throw new CommandError(ExitStatus.error, "relay.no-token", message, { cause });
  }
}

/** What is wrong with a token is said without repeating it. */
function checkToken(text: string | undefined): string | undefined {
  const token = text?.trim();
  if (token === undefined || token === "") return undefined;
  if (/^[\w.~-]{1,256}$/.test(token)) return token;
  throw usageError("usage.relay-token", "What was given as the token for the relay is none: it is one word.");
}
