import type { MemberHandlers } from "./member-handlers.ts";
import type { Envelope } from "./outbox.ts";

/** What takes a session's packets to the other parties and brings theirs: a seat at a relay, or somebody by hand. */
export interface Carrier {
  /** Begins to tell what happens. */
  listen(handlers: MemberHandlers): void;
  send(envelopes: readonly Envelope[]): void;
  /** Ends it behind everything that was sent, in order or for the reason given; resolves when that is out. */
  leave(abortReason?: string): Promise<void>;
  /** Ends it without a word. */
  stop(): void;
}
