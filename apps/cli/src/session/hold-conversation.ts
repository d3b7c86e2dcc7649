import {
  abortReasons,
  type FullIdentity,
  openSession,
  RelayConnection,
  RelayError,
  resumeSession,
  type Session,
} from "@countersign/client";
import { contactGroup } from "@countersign/handshake";
import { nodeBackend } from "@countersign/noise/node";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import type { Purpose, SealedJournal } from "../store/sealed-journal.ts";
import { SessionJournal } from "../store/session-journal.ts";
import type { Timings } from "../timings.ts";
import { Verdict } from "../transfer/verdict.ts";
import { Conversation } from "./conversation.ts";
import type { Peer } from "./conversation-options.ts";
import { codeBurned, DeadSeat, relayEnding } from "./endings.ts";
import { contactOf, type Introduction } from "./introduction.ts";
import { nodeKdf } from "./kdf.ts";
import { MeetingJournal } from "./meeting-journal.ts";
import { unlessAborted } from "./wait.ts";

export interface MeetingOptions {
  readonly relay: string;
  /** What this relay is shown, if it wants to see one. */
  readonly accessToken: string | undefined;
  readonly role: "send" | "receive";
  /** What the other side is shown, and the keys for it. */
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly introduction: Introduction;
  /** What another process has to know of the command, to go on with it. */
  readonly purpose: Purpose;
  readonly waitMs: number;
  readonly graceMs: number;
  readonly timings: Timings;
}

/** What a command does once the two have met. `remember` adds to what another process has to know. */
export type Talk = (conversation: Conversation, peer: Peer, remember: Remember) => Promise<void>;
export type Remember = (more: Purpose) => Promise<void>;

/** Meets somebody, talks, and ends it for both sides whatever happens. Throws `CommandError`. */
export async function holdConversation(options: MeetingOptions, context: Context, talk: Talk): Promise<void> {
  const { accessToken, graceMs, introduction, relay: url, role, self } = options;
  const relay = new RelayConnection({
    url,
    ...(accessToken === undefined ? {} : { accessToken }),
    connectTimeoutMs: limits.relayConnect,
    reconnectForMs: graceMs,
  });
  const charges = new SessionJournal(context.places.sessions, role);
  let outcome: "done" | "over" | "to be resumed" = "over";
  let sealed: SealedJournal | undefined;
  try {
    for (let met = false; !met; ) {
      await sealed?.end(true);
      sealed = introduction.type === "resumed" ? introduction.journal : await context.sessions.begin(options.purpose);
      const journal = new MeetingJournal(charges, sealed);
      const surroundings = { relay, self, journal, kdf: nodeKdf, backend: nodeBackend };
      const session = await unlessAborted(open(surroundings, introduction, charges), context.interruption);
      options.timings.end(introduction.type === "code" ? "prepare" : "connect");
      met = await converse(session, { options, context, talk, sealed });
    }
    outcome = "done";
  } catch (error) {
    const ending = error instanceof RelayError ? relayEnding(error, url) : error;
    if (ending instanceof CommandError && ending.exit === ExitStatus.relay && sealed?.isBegun)
      outcome = "to be resumed";
    throw ending;
  } finally {
    relay.close();
    const resumed = introduction.type === "resumed" ? introduction.record.origin.parameters : undefined;
    await charges.end(outcome === "done", resumed);
    await sealed?.end(outcome !== "to be resumed");
    if (outcome === "to be resumed") {
      context.screen.show({ event: "notice", text: 'What was begun is kept: "countersign resume" goes on with it.' });
    }
  }
}

type Surroundings = Omit<Parameters<typeof openSession>[0], "invitation" | "guessesUsed" | "contact">;

async function open(surroundings: Surroundings, introduction: Introduction, charges: SessionJournal): Promise<Session> {
  if (introduction.type === "resumed") return await resumeSession({ ...surroundings, record: introduction.record });
  if (introduction.type === "contact") {
    const pin = introduction.contact.peer;
    return await openSession({ ...surroundings, contact: { group: contactGroup(pin.linkPsk), pin } });
  }
  const invitation = await introduction.invite(surroundings.relay);
  const { burned, guessesUsed } = await charges.past(invitation.parameters);
  if (burned) throw codeBurned();
  return await openSession({ ...surroundings, invitation, guessesUsed });
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
    else await conversation.abort(reasonOf(error));
    if (error instanceof DeadSeat && introduction.type === "contact") return false;
    throw error;
  }
}

/** What the other side is told of why this one ended: a word, from which it makes a sentence of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof CommandError)) return "error";
  if (error.code === "interrupted") return "cancelled";
  if (error.code in abortReasons) return abortReasons[error.code as keyof typeof abortReasons];
  return error.exit === ExitStatus.absent ? "timeout" : "error";
}
