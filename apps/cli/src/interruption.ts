import { CommandError } from "./command-error.ts";
import { ExitStatus } from "./exit-status.ts";

const ENDINGS = {
  SIGINT: [ExitStatus.interrupted, "You cancelled. Whoever was there already is told."],
  SIGTERM: [ExitStatus.terminated, "Ended by the system. Whoever was there already is told."],
  SIGHUP: [ExitStatus.hangup, "The terminal was closed. Whoever was there already is told."],
} as const;

/** Turns the signals that end a program into one orderly end; a second one ends it at once. */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly listeners = new Map<keyof typeof ENDINGS, () => void>();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  listen(): void {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      const listener = () => this.interrupt(name);
      this.listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  /** What Ctrl-C does, also where the terminal hands it over as a key. */
  interrupt(name: keyof typeof ENDINGS = "SIGINT"): void {
    const [exit, message] = ENDINGS[name];
    if (this.signal.aborted) process.exit(exit);
    this.controller.abort(new CommandError(exit, "interrupted", message));
  }

  stop(): void {
    for (const [name, listener] of this.listeners) process.off(name, listener);
  }
}
