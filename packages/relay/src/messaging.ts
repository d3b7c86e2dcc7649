import { dialectLimits, invalidParams } from "@countersign/rpc";
import { accept, deny } from "./answer.ts";
import type { AckEntry, Envelope, IndexEntry, MessageEntry } from "./entry.ts";
import { record, trimEvents } from "./events.ts";
import type { Group } from "./group-state.ts";
import { tell } from "./live/outbox.ts";
import { namesOf } from "./live/relaying.ts";
import { markOf } from "./mark.ts";
import { connectionsOf, type Member, memberOf, speakerOf } from "./member.ts";
import type { GroupOutput } from "./output.ts";
import { enter, objection, refuse, type Session } from "./session-state.ts";
import { touch } from "./timers.ts";
import { weightOf, weightOfEnvelopes } from "./weight.ts";

/** Takes a member's next message into the order of the session; one that was taken already is answered as before. */
export function message(group: Group, session: Session, entry: MessageEntry): readonly GroupOutput[] {
  const { from, cseq, envelopes } = entry;
  const member = speakerOf(session, from);
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "message");
  if (refusal !== undefined) return deny(refusal);

  const expected = member.cseq + 1;
  const answered = cseq < expected && cseq > member.cseq - dialectLimits.unanswered;
  const place = answerIndex(cseq);
  const mark = markOf(envelopes);
  // Where another process of the member has taken the number at another node, late, this is not what was taken.
  if (answered && mark === (member.marks?.[place] ?? mark)) return accept(session, from, member.answers[place]);
  if (cseq !== expected) return deny(refuse("relay.out-of-order", { expected }));
  const wrong = envelopes.findIndex(({ to }) => to > session.highest || to === from);
  if (wrong !== -1) {
    return deny({
      ok: false,
      error: invalidParams(`envelopes.${wrong}.to`, "must be 0 or the number of another member"),
    });
  }

  enter(session, "message");
  const seq = ++session.seq;
  const size = weightOfEnvelopes(envelopes);
  const { position } = group;
  record(group, session, {
    seq,
    type: "message",
    from,
    to: recipients(session, envelopes),
    position,
    size,
    sender: null,
  });
  member.cseq = cseq;
  member.answers[place] = seq;
  member.marks ??= [];
  member.marks[place] = mark;
  const outputs = accept(session, from, seq);
  outputs.push({ type: "event", session: session.id, seq }, touch(session));
  if (group.live !== null) outputs.push(...tellConnections(group, session, { member, envelopes }));
  return outputs;
}

/** Notes what a member has processed, and drops what all have. */
export function ack(group: Group, session: Session, entry: AckEntry): readonly GroupOutput[] {
  const member = speakerOf(session, entry.from);
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "ack");
  if (refusal !== undefined) return deny(refusal);
  if (entry.seq > session.seq) {
    return deny({ ok: false, error: invalidParams("seq", "must not be above the newest of the session") });
  }
  enter(session, "ack");
  member.acked = Math.max(member.acked, entry.seq);
  trimEvents(group, session);
  return [...accept(session, entry.from), touch(session)];
}

/** Notes the index under which connections reach a member while it signs. */
export function index(session: Session, entry: IndexEntry): readonly GroupOutput[] {
  const member = speakerOf(session, entry.from);
  if (member === undefined) return deny(refuse("relay.not-a-member"));
  const refusal = objection(session, "index");
  if (refusal !== undefined) return deny(refusal);
  if (session.members.some((other) => other !== member && other.index === entry.index)) {
    return deny({ ok: false, error: invalidParams("index", "is that of another member") });
  }
  enter(session, "index");
  member.index = entry.index;
  return [...accept(session, entry.from), touch(session)];
}

/** Each envelope is a message of its own for the connections that it is for. */
function tellConnections(
  group: Group,
  session: Session,
  { member, envelopes }: { readonly member: Member; readonly envelopes: readonly Envelope[] },
): readonly GroupOutput[] {
  const { position } = group;
  return envelopes.flatMap(({ to, body }, envelope) => {
    const receiver = to === 0 ? null : memberOf(session, to);
    if (receiver === undefined) return [];
    const connections = receiver === null ? connectionsOf(session) : connectionsOf({ members: [receiver] });
    const names = { sender: namesOf(member), receiver: receiver && namesOf(receiver) };
    const payload = { position, size: weightOf(body.length), envelope };
    return tell(group, connections, { type: "sessionMessage", session: session.id, ...names, ...payload });
  });
}

function answerIndex(cseq: number): number {
  return (cseq - 1) % dialectLimits.unanswered;
}

/** Who reads it in the order of the session: what is for a connection is not for whoever has its number later. */
function recipients(session: Session, envelopes: readonly Envelope[]): 0 | number[] {
  // Mostly there is one.
  if (envelopes.length === 1) return recipient(session, envelopes[0]?.to ?? 0);
  if (envelopes.some(({ to }) => to === 0)) return 0;
  const numbers = new Set(envelopes.map(({ to }) => to));
  return [...numbers].filter((to) => (memberOf(session, to)?.connection ?? null) === null).sort((a, b) => a - b);
}

function recipient(session: Session, to: number): 0 | number[] {
  if (to === 0) return 0;
  return (memberOf(session, to)?.connection ?? null) === null ? [to] : [];
}
