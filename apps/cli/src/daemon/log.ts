/** Where the daemon says what it does; a pino logger is one. Never given secrets, bodies, ids or addresses of callers. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What failed and where, for the log: messages of others may quote what they were given, and that may be a secret. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  const { name, code, stack = "" } = error as NodeJS.ErrnoException;
  const places = stack.replace(error.message, "").match(/^ +at .+$/gm) ?? [];
  return [code ?? name, ...places.slice(0, 3).map((place) => place.trim())].join(" ");
}
