import type { RelayConnection } from "@countersign/client";
import { usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { OutgoingFile } from "../files/outgoing-file.ts";
import { codeLife, limits } from "../limits.ts";
import { checkTogether, DEFAULT_RELAY, type MeetingFlags } from "../options.ts";
import type { Introduction } from "../session/introduction.ts";
import { Timings } from "../timings.ts";
import { sendFile } from "../transfer/send-file.ts";
import { checkKeeping, chooseRelay, holdMeeting } from "./meeting.ts";

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
  const { screen } = context;
  try {
    const relay = chooseRelay(flags, contact?.relay);
    const timings = new Timings();
    const lifeSeconds = flags.codeLife ?? codeLife.default;
    const introduction: Introduction =
      contact === undefined
        ? { type: "code", invite: (connection) => invite(connection, { flags, lifeSeconds, relay, timings, context }) }
        : { type: "contact", contact };
    const waitSeconds = contact === undefined ? lifeSeconds : limits.waitForContact / 1000;
    await holdMeeting(
      { role: "send", flags, relay, introduction, waitSeconds, timings },
      context,
      (conversation, peer) => sendFile(conversation, { file, peer: peer.label, screen, timings }),
    );
    const { size, sha256 } = file.offer;
    screen.show({ event: "done", file: path, size, sha256, timings_ms: timings.toMilliseconds() });
  } finally {
    await file.close();
  }
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
    command: receiveCommand(relay),
    life_seconds: lifeSeconds,
  });
  return invitation;
}

/** What the other side types. The code is no part of it: a command line is seen by others and kept in a history. */
function receiveCommand(relay: string): string {
  if (relay === DEFAULT_RELAY) return "countersign receive";
  const quoted = /^[\w:/.,@%+=-]+$/.test(relay) ? relay : `'${relay.replaceAll("'", "'\\''")}'`;
  return `countersign receive --relay ${quoted}`;
}
