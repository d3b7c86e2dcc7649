import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";

/** What all have agreed upon must not be lost with a full disk: it stays in the journal until it is kept. */
export async function finished(keeping: Promise<void>): Promise<void> {
  try {
    await keeping;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `All parties are done, but the result could not be kept here, and stays in its journal: ${reason}`;
    throw new CommandError(ExitStatus.error, "local.unfinished", message, { cause });
  }
}
