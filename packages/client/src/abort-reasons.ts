import type { SessionFailed } from "./session-event.ts";

/**
 * What the relay and the other parties are told when a session fails here: one word of a small table, so that the
 * other side learns at once why nothing more will come. It says nothing that a participant does not find out anyway.
 */
export const abortReasons = {
  "peer.wrong-code": "code-mismatch",
  "peer.code-unproven": "code-mismatch",
  "peer.pin-unproven": "identity-changed",
  "peer.timeout": "timeout",
  "peer.identity-changed": "identity-changed",
  "peer.roster-changed": "protocol",
  "peer.duplicate-identity": "duplicate-identity",
  "peer.sas-mismatch": "sas-mismatch",
  "peer.sas-aborted": "sas-mismatch",
  "peer.protocol": "protocol",
  "peer.at-exhausted": "protocol",
  "peer.clear-text": "protocol",
  "local.journal": "error",
} as const satisfies Record<SessionFailed["code"], string>;
