import {
  abortReasons,
  type FullIdentity,
  openSession,
  RelayConnection,
  RelayError,
  type Session,
} from "@countersign/client";
import { contactGroup } from "@countersign/handshake";
import { nodeBackend } from "@countersign/noise/node";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import { SessionJournal } from "../store/session-journal.ts";
import type { Timings } from "../timings.ts";
import { Verdict } from "../transfer/verdict.ts";
import { Conversation } from "./conversation.ts";
import type { Peer } from "./conversation-options.ts";
import { codeBurned, DeadSeat, relayEnding } from "./endings.ts";
import type { Introduction } from "./introduction.ts";
import { nodeKdf } from "./kdf.ts";
import { unlessAborted } from "./wait.ts";

export interface MeetingOptions {
  readonly relay: string;
  /** What this relay is shown, if it wants to see one. */
  readonly accessToken: string | undefined;
  readonly role: "send" | "receive";
  /** What the other side is shown, and the keys for it. */
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly introduction: Introduction;
  readonly waitMs: number;
  readonly graceMs: number;
  readonly timings: Timings;
}

/** What a command does once the two have met. */
export type Talk = (conversation: Conversation, peer: Peer) => Promise<void>;

/** Meets somebody, talks, and ends it for both sides whatever happens. Throws `CommandError`. */
export async function holdConversation(options: MeetingOptions, context: Context, talk: Talk): Promise<void> {
  const { accessToken, graceMs, introduction, relay: url, role, self } = options;
  const relay = new RelayConnection({
    url,
    ...(accessToken === undefined ? {} : { accessToken }),
    connectTimeoutMs: limits.relayConnect,
    reconnectForMs: graceMs,
  });
  const journal = new SessionJournal(context.places.sessions, role);
  let success = false;
  try {
    const surroundings = { relay, self, journal, kdf: nodeKdf, backend: nodeBackend };
    for (let met = false; !met; ) {
      const session = await unlessAborted(open(surroundings, introduction, journal), context.interruption);
      options.timings.end(introduction.type === "contact" ? "connect" : "prepare");
      met = await converse(session, { options, context, talk });
    }
    success = true;
  } catch (error) {
    throw error instanceof RelayError ? relayEnding(error, url) : error;
  } finally {
    relay.close();
    await journal.end(success);
  }
}

type Surroundings = Omit<Parameters<typeof openSession>[0], "invitation" | "guessesUsed" | "contact">;

async function open(surroundings: Surroundings, introduction: Introduction, journal: SessionJournal): Promise<Session> {
  if (introduction.type === "contact") {
    const pin = introduction.contact.peer;
    return await openSession({ ...surroundings, contact: { group: contactGroup(pin.linkPsk), pin } });
  }
  const invitation = await introduction.invite(surroundings.relay);
  const { burned, guessesUsed } = await journal.past(invitation.parameters);
  if (burned) throw codeBurned();
  return await openSession({ ...surroundings, invitation, guessesUsed });
}

interface Surrounded {
  readonly options: MeetingOptions;
  readonly context: Context;
  readonly talk: Talk;
}

/** Whether the two met; if not, because a dead run of one of them sat in the other's seat, a new session may do. */
async function converse(session: Session, { options, context, talk }: Surrounded): Promise<boolean> {
  const { introduction, role, timings, waitMs, graceMs } = options;
  const contact = introduction.type === "contact" ? introduction.contact.label : undefined;
  context.screen.show({ event: "waiting", relay: options.relay, for: contact ?? "the other side" });
  const conversation = new Conversation({
    session,
    role,
    screen: context.screen,
    timings,
    contact,
    waitMs,
    graceMs,
    interruption: context.interruption,
  });
  // The last word of a transfer, whether it is a receipt or a refusal, is the receiver's.
  const part = () => (role === "receive" ? conversation.closeWhenHeard() : conversation.close());
  try {
    await talk(conversation, await conversation.met());
    await part();
    return true;
  } catch (error) {
    if (error instanceof Verdict) await part();
    else await conversation.abort(reasonOf(error));
    if (error instanceof DeadSeat && contact !== undefined) return false;
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
