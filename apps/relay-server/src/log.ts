import { reasonOf, StoreError } from "./failure.ts";

/** Where the relay says what it does; a pino logger is one. Never given bodies, tokens, codes, nameplates or addresses. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

const nothing = () => undefined;

/** For relays inside of another program, which say nothing unless they are given a log. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Logs that something has failed, with `message` and facts. That the store fails is said once, by who watches it, and
 * not again for everybody who needed it.
 */
export function logFailure(
  log: Log,
  error: unknown,
  { message, ...facts }: { readonly message: string; readonly method?: string },
): void {
  log[error instanceof StoreError ? "debug" : "error"]({ ...facts, reason: reasonOf(error) }, message);
}
