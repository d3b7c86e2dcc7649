import { dialectLimits, invalidParams } from "@countersign/rpc";
import { accept, deny } from "./answer.ts";
import type { AckEntry, Envelope, MessageEntry } from "./entry.ts";
import { trimEvents } from "./events.ts";
import type { Group } from "./group-state.ts";
import type { GroupOutput } from "./output.ts";
import { enter, objection, refuse, type Session } from "./session-state.ts";
import { touch } from "./timers.ts";

/** Takes a member's next message into the order of the session; one that was taken already is answered as before. */
export function message(
  group: Group,
  session: Session,
  entry: MessageEntry & { readonly position: number },
): readonly GroupOutput[] {
  const { from, cseq, envelopes, position } = entry;
  const member = session.members[from - 1];
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "message");
  if (refusal !== undefined) return deny(refusal);

  const expected = member.cseq + 1;
  const answered = cseq < expected && cseq > member.cseq - dialectLimits.unanswered;
  if (answered) return accept(session, from, member.answers[answerIndex(cseq)]);
  if (cseq !== expected) return deny(refuse("relay.out-of-order", { expected }));
  const wrong = envelopes.findIndex(({ to }) => to > session.parties || to === from);
  if (wrong !== -1) {
    return deny({
      ok: false,
      error: invalidParams(`envelopes.${wrong}.to`, "must be 0 or the number of another member"),
    });
  }

  enter(session, "message");
  const seq = ++session.seq;
  session.events.push({ seq, type: "message", from, to: recipients(envelopes), position });
  group.kept++;
  member.cseq = cseq;
  member.answers[answerIndex(cseq)] = seq;
  return [...accept(session, from, seq), { type: "event", session: session.id, seq }, touch(session)];
}

/** Notes what a member has processed, and drops what all have. */
export function ack(group: Group, session: Session, entry: AckEntry): readonly GroupOutput[] {
  const member = session.members[entry.from - 1];
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "ack");
  if (refusal !== undefined) return deny(refusal);
  if (entry.seq > session.seq) {
    return deny({ ok: false, error: invalidParams("seq", "must not be above the newest of the session") });
  }
  enter(session, "ack");
  member.acked = Math.max(member.acked, entry.seq);
  group.kept -= trimEvents(session);
  return [...accept(session, entry.from), touch(session)];
}

function answerIndex(cseq: number): number {
  return (cseq - 1) % dialectLimits.unanswered;
}

function recipients(envelopes: readonly Envelope[]): 0 | number[] {
  const numbers = new Set(envelopes.map(({ to }) => to));
  return numbers.has(0) ? 0 : [...numbers].sort((a, b) => a - b);
}
