import { readFile } from "node:fs/promises";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";

/** Where the passphrase of sealed contacts comes from: asked for at most once in a run. */
export interface Passphrase {
  toSeal(): Promise<string>;
  toOpen(path: string): Promise<string>;
}

export interface PassphraseOptions {
  /** `COUNTERSIGN_PASSPHRASE_FILE`: a file with the passphrase in its first line. */
  readonly file: string | undefined;
  /** Asks the user; answers undefined where nobody can type without being seen. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Takes the passphrase from the file, or asks for it: twice when something is to be sealed. */
export function createPassphrase({ file, ask }: PassphraseOptions): Passphrase {
  let known: Promise<string> | undefined;
  const once = (get: () => Promise<string>) => {
    known ??= file === undefined ? get() : readPassphrase(file);
    return known;
  };
  const answer = async (question: string) => {
    const given = await ask(question);
    if (given === undefined) throw nobodyToAsk();
    return given;
  };
  return {
    toOpen: (path) => once(() => answer(`Passphrase of ${path}`)),
    toSeal: () =>
      once(async () => {
        const first = await answer("A passphrase for the contact");
        if (first === "") throw usageError("usage.empty-passphrase", "An empty passphrase protects nothing.");
        const second = await answer("The same passphrase again");
        if (first !== second) throw usageError("usage.passphrases-differ", "The two passphrases differ. Start again.");
        return first;
      }),
  };
}

async function readPassphrase(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const message = `The passphrase file ${file} cannot be read. Check COUNTERSIGN_PASSPHRASE_FILE.`;
    throw new CommandError(ExitStatus.error, "contact.no-passphrase", message, { cause });
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line === "") throw usageError("usage.empty-passphrase", `The first line of ${file} is empty.`);
  return line;
}

function nobodyToAsk(): CommandError {
  const message =
    "This contact is sealed, and nobody can be asked for the passphrase. Set COUNTERSIGN_PASSPHRASE_FILE.";
  return new CommandError(ExitStatus.error, "contact.no-passphrase", message);
}
