import {
  type FullIdentity,
  openSession,
  RelayConnection,
  RelayError,
  resumeSession,
  type Session,
} from "@countersign/client";
import { contactGroup } from "@countersign/handshake";
import { nodeBackend } from "@countersign/noise/node";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import type { Purpose, SealedJournal } from "../store/sealed-journal.ts";
import { type SessionEnd, SessionJournal } from "../store/session-journal.ts";
import type { Timings } from "../timings.ts";
import { codeBurned, relayEnding } from "./endings.ts";
import type { Introduction } from "./introduction.ts";
import { nodeKdf } from "./kdf.ts";
import { MeetingJournal } from "./meeting-journal.ts";
import { unlessAborted } from "./wait.ts";

export interface SessionPlan {
  readonly relay: string;
  /** What this relay is shown, if it wants to see one. */
  readonly accessToken: string | undefined;
  /** Which of the ends of the session this one is, where several are on one machine. */
  readonly role: SessionEnd;
  /** What the other side is shown, and the keys for it. */
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly introduction: Introduction;
  /** What another process has to know of the command, to go on with it. */
  readonly purpose: Purpose;
  readonly graceMs: number;
  readonly timings: Timings;
  /**
   * Why the journal is kept though the session has ended here, as advice; undefined: it is not, unless the session
   * `canGoOn` in another process.
   */
  worth?(canGoOn: boolean): string | undefined;
}

/**
 * What a command does with its session; it ends the session itself. Answers false where nobody was met, because a dead
 * run of somebody sat there, and a new session may do.
 */
export type UseSession = (session: Session, sealed: SealedJournal) => Promise<boolean>;

/** Opens a session or takes one up, with its journals, and ends them whatever happens. Throws `CommandError`. */
export async function holdSession(plan: SessionPlan, context: Context, use: UseSession): Promise<void> {
  const { accessToken, graceMs, introduction, relay: url, role, self } = plan;
  const relay = new RelayConnection({
    url,
    ...(accessToken === undefined ? {} : { accessToken }),
    connectTimeoutMs: limits.relayConnect,
    reconnectForMs: graceMs,
  });
  const charges = new SessionJournal(context.places.sessions, role);
  let outcome: "done" | "over" | "kept" = "over";
  let advice: string | undefined;
  let sealed: SealedJournal | undefined;
  try {
    for (let met = false; !met; ) {
      await sealed?.end(true);
      sealed = introduction.type === "resumed" ? introduction.journal : await context.sessions.begin(plan.purpose);
      const journal = new MeetingJournal(charges, sealed);
      const opening = open({ relay, self, journal }, introduction, charges);
      const session = await unlessAborted(opening, context.interruption);
      plan.timings.end(introduction.type === "code" ? "prepare" : "connect");
      met = await use(session, sealed);
    }
    outcome = "done";
  } catch (error) {
    const ending = error instanceof RelayError ? relayEnding(error, url) : error;
    const canGoOn = ending instanceof CommandError && canBeResumed(ending);
    advice = plan.worth?.(canGoOn) ?? (canGoOn ? RESUMABLE : undefined);
    if (advice !== undefined && sealed?.isBegun) outcome = "kept";
    throw ending;
  } finally {
    relay.close();
    const resumed = introduction.type === "resumed" ? introduction.record.origin.parameters : undefined;
    await charges.end(outcome === "done", resumed);
    await sealed?.end(outcome !== "kept");
    if (outcome === "kept" && advice !== undefined) context.screen.show({ event: "notice", text: advice });
  }
}

const RESUMABLE = 'What was begun is kept: "countersign resume" goes on with it.';

/** The relay may come back, and a disk may be mended. */
export function canBeResumed({ exit, code }: CommandError): boolean {
  return exit === ExitStatus.relay || code === "local.unfinished";
}

interface Surroundings extends Pick<SessionPlan, "self"> {
  readonly relay: RelayConnection;
  readonly journal: MeetingJournal;
}

async function open(around: Surroundings, introduction: Introduction, charges: SessionJournal): Promise<Session> {
  const surroundings = { ...around, kdf: nodeKdf, backend: nodeBackend, spake2Backend };
  switch (introduction.type) {
    case "resumed":
      return await resumeSession({ ...surroundings, record: introduction.record });
    case "contact": {
      const pin = introduction.contact.peer;
      return await openSession({ ...surroundings, contact: { group: contactGroup(pin.linkPsk), pin } });
    }
    case "key":
      return await openSession({ ...surroundings, key: introduction.meeting });
    case "code": {
      const invitation = await introduction.invite(around.relay);
      const { burned, guessesUsed } = await charges.past(invitation.parameters);
      if (burned) throw codeBurned();
      return await openSession({ ...surroundings, invitation, guessesUsed });
    }
  }
}

/** What the other side is told of why this one ended: a word, from which it makes a sentence of its own. */
export function reasonOf(error: unknown, reasons: Readonly<Record<string, string>>): string {
  if (!(error instanceof CommandError)) return "error";
  if (error.code === "interrupted") return "cancelled";
  return reasons[error.code] ?? (error.exit === ExitStatus.absent ? "timeout" : "error");
}
