import { createPeerGroup } from "@countersign/handshake";
import type { Session } from "./session.ts";
import { type SessionOptions, startSession } from "./start-session.ts";

/**
 * Takes a seat in a session and begins to pair with everybody who is or comes there. Resolves as soon as the relay has
 * answered; all else is told by the session's events. Rejects with `RelayError`, throws `UsageError` for a bad label.
 */
export function openSession(options: SessionOptions): Promise<Session> {
  return startSession(createPeerGroup, options);
}
