import { CommandError } from "./command-error.ts";
import type { Context } from "./context.ts";
import { ExitStatus } from "./exit-status.ts";
import { Interruption } from "./interruption.ts";
import { openScreen } from "./screens/open-screen.ts";
import { ContactsStore } from "./store/contacts-store.ts";
import { readJournalKey } from "./store/journal-key.ts";
import { KeyStore } from "./store/key-store.ts";
import { contactSeal, createPassphrase } from "./store/passphrase.ts";
import { findPlaces } from "./store/places.ts";
import { SealedJournals } from "./store/sealed-journals.ts";

export interface RunOptions {
  /** Heads what a person sees; a command without one asks nothing. */
  readonly title?: string;
  readonly json?: boolean | undefined;
  readonly qr?: boolean | undefined;
}

/** Runs a command with all that it has around it, and ends the program with the status that fits. */
export async function run(options: RunOptions, command: (context: Context) => Promise<void>): Promise<void> {
  const interruption = new Interruption();
  interruption.listen();
  const interrupt = () => interruption.interrupt();
  const { title, json = false, qr = true } = options;
  const screen = await openScreen({ title, json, qr, interrupt });
  const places = findPlaces(process.env);
  const passphrase = createPassphrase({
    file: process.env["COUNTERSIGN_PASSPHRASE_FILE"] || undefined,
    of: contactSeal,
    warn: (text) => screen.show({ event: "notice", text }),
    ask: (question) => screen.askSecret(question, interruption.signal),
  });
  const contacts = new ContactsStore(places.contacts, passphrase);
  const sessions = new SealedJournals({
    directory: places.sessions,
    // A share that others may have signed for.
    holds: ({ purpose, checkpoint }) => purpose["command"] === "keygen" && checkpoint !== undefined,
    key: () => readJournalKey(places.journalKey, passphrase, Boolean(process.env["COUNTERSIGN_PASSPHRASE_FILE"])),
  });
  const keys = new KeyStore(places.keys);
  try {
    await command({ screen, places, contacts, keys, sessions, interruption: interruption.signal });
  } catch (error) {
    const { code, message, exit } = asCommandError(error);
    screen.show({ event: "error", code, message, exit });
    process.exitCode = exit;
  } finally {
    screen.close();
    interruption.stop();
  }
}

function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError(ExitStatus.error, "fault", `Something went wrong that should not: ${reason}`, {
    cause: error,
  });
}
