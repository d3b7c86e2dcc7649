/** A store that is open. */
export interface Opened {
  /** Appends entries until the time is over. Resolves with how many became durable. */
  append(until: number): Promise<number>;
  close(): Promise<void>;
}

/** A way to append entries durably. */
export interface Subject {
  readonly name: string;
  /** Why it cannot be measured here, undefined if it can. */
  readonly missing?: string;
  /** Opens it in an empty folder. */
  open(directory: string): Promise<Opened>;
}

/** An entry of 200 bytes, and those who append at once. */
export const ENTRY = "x".repeat(200);
export const APPENDERS = 100;
