import type { RelayEvent } from "@countersign/rpc";
import type { RelayError } from "./errors.ts";
import type { SessionEnded } from "./session-event.ts";

/** What an event of the relay says of the session's end; undefined if it goes on. */
export function endToldBy(event: RelayEvent): SessionEnded | undefined {
  switch (event.name) {
    case "sessionAborted":
      return { type: "ended", how: "aborted", by: event.params.number, reason: event.params.reason };
    case "sessionClosed":
      return { type: "ended", how: "closed" };
    case "sessionExpired":
      return { type: "ended", how: "expired" };
    case "sessionReplaced":
      return { type: "ended", how: "replaced" };
    default:
      return undefined;
  }
}

/** What a refusal that sending again does not mend says of the session's end. */
export function endTakenFrom(cause: RelayError): SessionEnded {
  switch (cause.code) {
    case "relay.session-ended": {
      const { ended = "closed", reason } = cause.data ?? {};
      return { type: "ended", how: ended, cause, ...(reason === undefined ? {} : { reason }) };
    }
    case "relay.unknown-session":
    case "relay.unknown-token":
      return { type: "ended", how: "expired", cause };
    default:
      return { type: "ended", how: "unreachable", cause };
  }
}
