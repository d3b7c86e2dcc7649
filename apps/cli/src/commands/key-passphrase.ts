import type { Context } from "../context.ts";
import { createPassphrase, keySeal, type Passphrase } from "../store/passphrase.ts";
import type { Seal } from "../store/sealed-file.ts";

/** What all commands that open or make a share have in common on the command line. */
export interface KeyFlags {
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** The passphrase of a share: from the file that was named, else asked for. Never an argument, never the environment. */
export function keyPassphrase({ passphraseFile }: KeyFlags, { screen, interruption }: Context): Passphrase {
  return createPassphrase({
    file: passphraseFile,
    of: keySeal,
    warn: (text) => screen.show({ event: "notice", text }),
    ask: (question) => screen.askSecret(question, interruption),
  });
}

/** The seal of one share by its passphrase, on which work begins now. Throws `CommandError`. */
export async function keySealOf(passphrase: Passphrase): Promise<Seal> {
  const { prepareSeal } = await import("../store/sealed-file.ts");
  return prepareSeal(await passphrase.toSeal());
}
