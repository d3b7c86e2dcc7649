import { UsageError } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import { faults } from "./faults.ts";
import type { FromPair } from "./from-pair.ts";
import type { GroupSession } from "./group-session.ts";

/** Takes a session up: links again whoever was there, and hands on again what the application has not taken. */
export function resume(session: GroupSession, fromPair: FromPair, now: Instant): void {
  const { options, roster, outputs } = session;
  const { history } = options;
  if (history === undefined) throw new UsageError("usage.no-history", "there is nothing to take up again");
  roster.restore(history.peers, now);
  if (history.sas === "complete") session.fire("restored", now);
  else if (history.sas === "opened") session.fire("reopened", now);
  else if (history.sas !== "open") {
    outputs.persist({ type: "sas-failed" });
    return session.fire("fault", now, faults.interrupted());
  }
  for (const message of history.inbox) fromPair.handOn(roster.expect(message.from), message, now);
  for (const peer of roster.peers) {
    const closed = history.peers.find(({ number }) => number === peer.number)?.closed;
    if (closed !== undefined) outputs.push({ type: "closed", number: peer.number, ...closed });
    // Who is pinned may have taken this pair to be up, by keys that are gone, and would not call.
    if (peer.closed || (peer.identity === undefined && options.trust.type !== "pins")) continue;
    peer.called = true;
    session.stepPair(peer, { type: "call" }, now);
  }
  session.callNext(now);
  fromPair.endWithLast(now);
}
