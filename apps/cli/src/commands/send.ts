import { resolve } from "node:path";
import type { RelayConnection } from "@countersign/client";
import { usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { OutgoingFile } from "../files/outgoing-file.ts";
import { codeLife, limits } from "../limits.ts";
import { checkTogether, type MeetingFlags } from "../options.ts";
import type { Introduction } from "../session/introduction.ts";
import { Timings } from "../timings.ts";
import { sendFile } from "../transfer/send-file.ts";
import { aboutMeeting, checkKeeping, chooseRelay, holdMeeting, type MeetingPlan, type Resumption } from "./meeting.ts";
import { commandFor } from "./other-side.ts";
import type { SendPurpose } from "./purpose.ts";

export interface SendFlags extends MeetingFlags {
  readonly to?: string;
  readonly codeLife?: number;
  readonly words?: number;
}

/** `countersign send FILE`: offers a file to whoever has the code, or to a contact. Throws `CommandError`. */
export async function send(path: string, flags: SendFlags, context: Context): Promise<void> {
  checkTogether(flags, flags.to, "--to");
  if (flags.to !== undefined && (flags.codeLife !== undefined || flags.words !== undefined)) {
    throw usageError("usage.no-code", "With --to there is no code, so leave out --code-life and --words.");
  }
  await checkKeeping(context, flags);
  const contact = flags.to === undefined ? undefined : await context.contacts.read(flags.to);
  const file = await OutgoingFile.open(path);
  try {
    const relay = chooseRelay(flags, contact?.relay);
    const timings = new Timings();
    const lifeSeconds = flags.codeLife ?? codeLife.default;
    const introduction: Introduction =
      contact === undefined
        ? { type: "code", invite: (connection) => invite(connection, { flags, lifeSeconds, relay, timings, context }) }
        : { type: "contact", contact };
    const waitSeconds = contact === undefined ? lifeSeconds : limits.waitForContact / 1000;
    const { sha256 } = file.offer;
    const purpose = { command: "send", ...aboutMeeting(flags, relay, flags.to), file: resolve(path), sha256 } as const;
    const plan = { role: "send", flags, relay, introduction, purpose, waitSeconds, timings } as const;
    await handOver(plan, { file, path }, context);
  } finally {
    await file.close();
  }
}

/** Goes on with what a process before this one offered. Throws `CommandError`, also if the file is another one now. */
export async function resumeSending(purpose: SendPurpose, resumption: Resumption, context: Context): Promise<void> {
  const { flags, introduction } = resumption;
  const { file: path, relay, sha256 } = purpose;
  const file = await OutgoingFile.open(path);
  try {
    if (file.offer.sha256 !== sha256) throw file.changed();
    const plan = { role: "send", flags, relay, introduction, purpose, waitSeconds: 0, timings: new Timings() } as const;
    await handOver(plan, { file, path }, context);
  } finally {
    await file.close();
  }
}

async function handOver(
  plan: MeetingPlan,
  { file, path }: { readonly file: OutgoingFile; readonly path: string },
  context: Context,
): Promise<void> {
  const { screen } = context;
  const { timings } = plan;
  await holdMeeting(plan, context, (conversation, peer) =>
    sendFile(conversation, { file, peer: peer.label, screen, timings }),
  );
  const { size, sha256 } = file.offer;
  screen.show({ event: "done", file: path, size, sha256, timings_ms: timings.toMilliseconds() });
}

interface InviteOptions {
  readonly flags: SendFlags;
  readonly lifeSeconds: number;
  readonly relay: string;
  readonly timings: Timings;
  readonly context: Context;
}

async function invite(connection: RelayConnection, { flags, lifeSeconds, relay, timings, context }: InviteOptions) {
  const [{ createInvitation }, { formatLink }] = await Promise.all([
    import("@countersign/client"),
    import("@countersign/handshake"),
  ]);
  const words = flags.words === undefined ? {} : { words: flags.words };
  const invitation = await createInvitation(connection, { kind: "exchange", parties: 2, lifeSeconds, ...words });
  timings.end("connect");
  context.screen.show({
    event: "code",
    code: invitation.spoken,
    link: formatLink(relay, invitation.spoken),
    command: commandFor("receive", relay),
    life_seconds: lifeSeconds,
    joiners: 1,
  });
  return invitation;
}
