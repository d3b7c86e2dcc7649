/** Why the relay cannot start, as one sentence for the operator. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The store could not do what it was asked for; nothing of it has happened. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
