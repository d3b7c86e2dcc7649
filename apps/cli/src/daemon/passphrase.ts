import { execFile } from "node:child_process";
import { contactSeal, createPassphrase, type Passphrase } from "../store/passphrase.ts";

/** Milliseconds that somebody has to type it. */
const PATIENCE = 300_000;

export interface DaemonPassphraseOptions {
  /** A file with the passphrase in its first line. */
  readonly passphraseFile: string | undefined;
  /** A program that asks somebody, where there is no file: with the question as its argument, the answer on stdout. */
  readonly askPass: string | undefined;
  /** Is told that others can read the file, or that a new passphrase is short. */
  readonly warn: (text: string) => void;
}

/** The passphrase of everything that a daemon keeps sealed: read or asked for when it is needed first, and once. */
export interface DaemonPassphrase extends Passphrase {
  /** Whether there is one; if not, what is made is readable by its owner. */
  readonly isThere: boolean;
}

/** What the daemon was told of its passphrase. */
export function daemonPassphrase({ passphraseFile: file, askPass, warn }: DaemonPassphraseOptions): DaemonPassphrase {
  const ask = async (question: string) => (askPass === undefined ? undefined : await answerOf(askPass, question));
  const isThere = file !== undefined || askPass !== undefined;
  return { ...createPassphrase({ file, of: contactSeal, warn, ask }), isThere };
}

/** The first line that a program answers with; undefined if it does not end well, as when somebody has cancelled. */
function answerOf(program: string, question: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, [question], { timeout: PATIENCE, maxBuffer: 65_536 }, (error, stdout) => {
      resolve(error === null ? stdout.split(/\r?\n/, 1)[0] : undefined);
    });
  });
}
