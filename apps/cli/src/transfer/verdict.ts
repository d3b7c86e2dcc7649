import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";

/** An end without the file that both sides have agreed on by messages: they part in order. */
export class Verdict extends CommandError {}

/** The other side broke the protocol of the transfer, or does the same as this one. */
export function broken(detail: string): CommandError {
  const message = `The transfer went wrong: ${detail}. One side runs "countersign send", the other "countersign receive", of the same version.`;
  return new CommandError(ExitStatus.error, "peer.transfer", message);
}
