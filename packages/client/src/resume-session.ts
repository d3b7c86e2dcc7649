import { createPeerGroup } from "@countersign/handshake";
import { formatUuid } from "@countersign/wire";
import { RelayError } from "./errors.ts";
import type { Session } from "./session.ts";
import type { SessionRecord } from "./session-record.ts";
import { type SessionSurroundings, sit } from "./sit.ts";

export interface ResumeOptions extends SessionSurroundings {
  /** What the journal of the session amounts to; not used by anybody else from now on. */
  readonly record: SessionRecord;
}

/**
 * Takes up a session that another process has left, in whatever way it ended: the same seat, all pairs linked again
 * without a code, a SAS that was confirmed stays confirmed. What was sent and not acknowledged arrives, what was not
 * `taken` is told again with the same `seq`. A SAS that was shown is shown again, the same. A session that ended between
 * its own reveal and those of the others fails with `peer.sas-aborted` (spec 0003, section 8.6). Rejects with `RelayError`: `relay.session-ended`,
 * `relay.unknown-session` or `relay.unknown-token` where there is nothing to come back to.
 */
export function resumeSession(options: ResumeOptions): Promise<Session> {
  const { record } = options;
  const { parameters, token, number } = record.origin;
  const session = formatUuid(parameters.session);
  return sit(createPeerGroup, options, {
    claim: { method: "Session.resume", params: { session, token, after: record.seen } },
    recordOf(seat) {
      const same = seat.session === session && seat.group === formatUuid(parameters.group) && seat.number === number;
      if (same) return record;
      throw new RelayError("relay.protocol", "The relay resumed another session than the one it was asked for");
    },
  });
}
