import { ExitStatus } from "./exit-status.ts";

/** The end of a command that did not do what it was asked: why, in a sentence that also says what to do next. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Stable and dotted: `usage.…`, `file.…`, `contact.…`, or the code of the layer that failed (`peer.…`, `relay.…`). */
  readonly code: string;
  readonly exit: ExitStatus;

  constructor(exit: ExitStatus, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exit = exit;
  }
}

/** The command line asks for something that cannot be. */
export function usageError(code: `usage.${string}`, message: string): CommandError {
  return new CommandError(ExitStatus.usage, code, message);
}
