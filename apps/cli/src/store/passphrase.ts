import { readFile, stat } from "node:fs/promises";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";

/** Characters below which a new passphrase is warned of. */
const SHORT = 12;

/** Where the passphrase of what is sealed comes from: asked for at most once in a run. */
export interface Passphrase {
  toSeal(): Promise<string>;
  toOpen(path: string): Promise<string>;
}

export interface PassphraseOptions {
  /** A file with the passphrase in its first line. */
  readonly file: string | undefined;
  /** What is sealed, and how the file is named, for sentences. */
  readonly of: SealedThing;
  /** Is told that others can read the file, or that a new passphrase is short. */
  readonly warn: (text: string) => void;
  /** Asks the user; answers undefined where nobody can type without being seen. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

export interface SealedThing {
  readonly noun: string;
  /** How a file is given. */
  readonly by: string;
}

/** Contacts, and the key of sessions' journals. */
export const contactSeal: SealedThing = { noun: "contact", by: "COUNTERSIGN_PASSPHRASE_FILE" };

/** Shares of keys. */
export const keySeal: SealedThing = { noun: "key", by: "--passphrase-file" };

/**
 * Takes the passphrase from the file, or asks for it: twice when something is to be sealed. A short one is told and not
 * refused then: a script may know what it does, and what seals is slow on purpose.
 */
export function createPassphrase({ file, of, ask, warn }: PassphraseOptions): Passphrase {
  let known: Promise<string> | undefined;
  const given = (get: () => Promise<string>) => (file === undefined ? get() : readPassphrase(file, of, warn));
  const answer = async (question: string) => {
    const said = await ask(question);
    if (said === undefined) throw nobodyToAsk(of);
    return said;
  };
  const choose = async () => {
    const first = await answer(`A passphrase for the ${of.noun}`);
    if (first === "") throw usageError("usage.empty-passphrase", "An empty passphrase protects nothing.");
    const second = await answer("The same passphrase again");
    if (first !== second) throw usageError("usage.passphrases-differ", "The two passphrases differ. Start again.");
    return first;
  };
  const chosen = async () => {
    const passphrase = await given(choose);
    if ([...passphrase].length < SHORT) warn(shortPassphrase(of));
    return passphrase;
  };
  return {
    toOpen: (path) => (known ??= given(() => answer(`Passphrase of ${path}`))),
    toSeal: () => (known ??= chosen()),
  };
}

/**
 * A file that others can read is told and not refused: the secrets of containers are such files, which nobody but the
 * container sees.
 */
async function readPassphrase(file: string, of: SealedThing, warn: (text: string) => void): Promise<string> {
  let text: string;
  try {
    const about = await stat(file);
    if (process.platform !== "win32" && about.isFile() && (about.mode & 0o077) !== 0) {
      warn(`Others on this machine can read the passphrase in ${file}. Run "chmod 600 ${file}".`);
    }
    text = await readFile(file, "utf8");
  } catch (cause) {
    const message = `The passphrase file ${file} cannot be read. Check ${of.by}.`;
    throw new CommandError(ExitStatus.error, `${of.noun}.no-passphrase`, message, { cause });
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line === "") throw usageError("usage.empty-passphrase", `The first line of ${file} is empty.`);
  return line;
}

function shortPassphrase({ noun }: SealedThing): string {
  return `The passphrase for the ${noun} has fewer than ${SHORT} characters. Whoever comes by a copy of the sealed file can try short ones at leisure, and nobody notices: four or more words drawn by chance are better.`;
}

function nobodyToAsk({ noun, by }: SealedThing): CommandError {
  const message = `This ${noun} is sealed, and nobody can be asked for the passphrase. Use ${by}.`;
  return new CommandError(ExitStatus.error, `${noun}.no-passphrase`, message);
}
