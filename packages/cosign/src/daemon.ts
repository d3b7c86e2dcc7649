import type { ExampleForms } from "./help/examples.ts";
import type { Phase } from "./rpc.ts";

/** What the methods need of the process that they are a part of. */
export interface Daemon {
  /** Of the program. */
  readonly version: string;
  /** The commit from which the program was built, or "unknown". */
  readonly gitCommit: string;
  /** What carries sessions. */
  readonly transports: readonly string[];
  /** How calls of this very daemon are written. */
  forms(): ExampleForms;
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  phase(): Phase;
  /** Begins the orderly end. Calls under way are still answered. */
  stop(): void;
  /** Told of what a method threw that is not for its caller: a fault of ours. */
  failed(method: string, error: unknown): void;
}
