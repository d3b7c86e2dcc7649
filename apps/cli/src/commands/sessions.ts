import type { SessionRecord } from "@countersign/client";
import type { Context } from "../context.ts";
import { spellOut } from "../screens/spell-out.ts";
import type { ListedSession } from "../store/sealed-journals.ts";
import { readPurpose } from "./purpose.ts";

/** `countersign sessions list`: what was interrupted and can be resumed; never a key or a message. */
export async function listSessions(flags: { readonly json?: boolean }, context: Context): Promise<void> {
  const sessions = await context.sessions.list();
  for (const session of sessions) process.stdout.write(`${spellOut(flags.json ? json(session) : line(session))}\n`);
  if (sessions.length === 0 && !flags.json) {
    context.screen.show({ event: "notice", text: "No session was interrupted." });
  }
}

/** `countersign sessions forget SESSION`. Throws `CommandError` if there is none. */
export async function forgetSession(id: string, context: Context): Promise<void> {
  await context.sessions.forget(id);
  context.screen.show({ event: "notice", text: `Forgotten: ${id}.` });
}

function line(session: ListedSession): string {
  const { what, peers, stage, changed } = describe(session);
  return [session.id, what, peers.join(", "), stage, changed].join("  ");
}

function json(session: ListedSession): string {
  const { what, peers, stage, changed } = describe(session);
  return JSON.stringify({ event: "session", id: session.id, about: what, peers, stage, changed });
}

function describe(session: ListedSession) {
  const changed = session.changed.toISOString();
  if (session.state === "broken") return { what: "not readable", peers: [], stage: session.detail, changed };
  const { record, purpose } = session.saved;
  const read = readPurpose(purpose);
  const what = read === undefined ? "of another program" : aboutOf(read);
  const peers = record.history.peers.flatMap(({ identity }) => (identity === undefined ? [] : [identity.label]));
  return { what, peers, stage: stageOf(record), changed };
}

function aboutOf(purpose: NonNullable<ReturnType<typeof readPurpose>>): string {
  switch (purpose.command) {
    case "send":
      return `send ${purpose.file}`;
    case "receive":
      return "receive";
    case "keygen":
      return purpose.label === undefined ? "keygen" : `keygen ${purpose.label}`;
    case "sign":
      return `sign with ${purpose.key}`;
  }
}

/** How far it had come. One whose comparison was interrupted can only be ended. */
function stageOf({ history }: SessionRecord): string {
  switch (history.sas) {
    case "complete":
      return "verified";
    case "open":
      return "pairing";
    case "opened":
      return "comparing";
    case "revealed":
    case "failed":
      return "to be begun anew";
  }
}
