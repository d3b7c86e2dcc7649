import { abortReasons, type Session } from "@countersign/client";
import type { Context } from "../context.ts";
import type { Purpose, SealedJournal } from "../store/sealed-journal.ts";
import { Verdict } from "../transfer/verdict.ts";
import { Conversation } from "./conversation.ts";
import type { Peer } from "./conversation-options.ts";
import { DeadSeat } from "./endings.ts";
import { holdSession, reasonOf, type SessionPlan } from "./hold-session.ts";
import { contactOf } from "./introduction.ts";

export interface MeetingOptions extends SessionPlan {
  readonly role: "send" | "receive";
  readonly waitMs: number;
}

/** What a command does once the two have met. `remember` adds to what another process has to know. */
export type Talk = (conversation: Conversation, peer: Peer, remember: Remember) => Promise<void>;
export type Remember = (more: Purpose) => Promise<void>;

/** Meets somebody, talks, and ends it for both sides whatever happens. Throws `CommandError`. */
export async function holdConversation(options: MeetingOptions, context: Context, talk: Talk): Promise<void> {
  await holdSession(options, context, (session, sealed) => converse(session, { options, context, talk, sealed }));
}

interface Surrounded {
  readonly options: MeetingOptions;
  readonly context: Context;
  readonly talk: Talk;
  readonly sealed: SealedJournal;
}

/** Whether the two met; if not, because a dead run of one of them sat in the other's seat, a new session may do. */
async function converse(session: Session, { options, context, talk, sealed }: Surrounded): Promise<boolean> {
  const { introduction, role, timings, waitMs, graceMs } = options;
  const contact = contactOf(introduction);
  context.screen.show({ event: "waiting", relay: options.relay, for: contact ?? "the other side" });
  const past = introduction.type === "resumed" ? introduction.record.history : undefined;
  const conversation = new Conversation({
    session,
    role,
    screen: context.screen,
    timings,
    contact,
    past: past === undefined ? undefined : { sent: past.sent, received: past.received },
    waitMs,
    graceMs,
    interruption: context.interruption,
  });
  let purpose = options.purpose;
  const remember = async (more: Purpose) => {
    purpose = { ...purpose, ...more };
    await sealed.note(purpose);
  };
  // The last word of a transfer, whether it is a receipt or a refusal, is the receiver's.
  const part = () => (role === "receive" ? conversation.closeWhenHeard() : conversation.close());
  try {
    await talk(conversation, await conversation.met(), remember);
    await part();
    return true;
  } catch (error) {
    if (error instanceof Verdict) await part();
    else await conversation.abort(reasonOf(error, abortReasons));
    if (error instanceof DeadSeat && introduction.type === "contact") return false;
    throw error;
  }
}
