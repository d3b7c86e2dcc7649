/** Why the relay cannot start, as one sentence for the operator. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The store could not do what it was asked for; nothing of it has happened. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * Why something failed, for the log. What the engine or a library throws may quote what it was given, and that may be a
 * client's; of such an error only the kind and the place are told.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error} was thrown`;
  if (ours.has(error.name)) return error.message;
  const { name, code, stack = "" } = error as NodeJS.ErrnoException;
  // The stack begins with the message, which may look like a place, too.
  const places = stack.replace(error.message, "").match(/^ +at .+$/gm) ?? [];
  return [code ?? name, ...places.slice(0, 3).map((place) => place.trim())].join(" ");
}

/** Errors whose messages are made by the relay. */
const ours = new Set(["StartError", "StoreError", "DamagedLogError"]);

/** The text of whatever was thrown, for who has caused it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
