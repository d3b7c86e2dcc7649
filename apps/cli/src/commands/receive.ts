import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Invitation, RelayConnection } from "@countersign/client";
import { CommandError, usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { type Destination, readDestination } from "../files/incoming-file.ts";
import { limits } from "../limits.ts";
import { checkTogether, type MeetingFlags, relayOfLink } from "../options.ts";
import { Timings } from "../timings.ts";
import { type ReceivedFile, receiveFile } from "../transfer/receive-file.ts";
import { askCode } from "./ask-code.ts";
import { chosenRelay } from "./chosen-relay.ts";
import { aboutMeeting, checkKeeping, chooseRelay, holdMeeting, type MeetingPlan, type Resumption } from "./meeting.ts";
import type { ReceivePurpose } from "./purpose.ts";

export interface ReceiveFlags extends MeetingFlags {
  readonly from?: string;
  readonly out?: string;
}

/** `countersign receive [CODE]`: takes a file from whoever made the code, or from a contact. Throws `CommandError`. */
export async function receive(typed: string | undefined, flags: ReceiveFlags, context: Context): Promise<void> {
  checkTogether(flags, flags.from, "--from");
  if (typed !== undefined && flags.from !== undefined) {
    throw usageError("usage.no-code", "A contact needs no code: give either a code or --from LABEL.");
  }
  await checkKeeping(context, flags);
  const destination = await readDestination(flags.out);
  if (typeof destination === "string") throw usageError("usage.out", destination);
  const meeting =
    flags.from === undefined ? await byCode(typed, flags, context) : await byContact(flags.from, flags, context);
  const about = aboutMeeting(flags, meeting.relay, flags.from);
  const { directory, name } = destination;
  const purpose: ReceivePurpose = {
    command: "receive",
    ...about,
    directory: resolve(directory),
    ...(name === undefined ? {} : { name }),
    ...(flags.yes === undefined ? {} : { yes: flags.yes }),
  };
  // The path that the user has given is the one that is shown; another process may stand elsewhere.
  await takeOver({ ...meeting, role: "receive", flags, purpose }, { ...purpose, destination }, context);
}

/** Goes on with what a process before this one was receiving. Throws `CommandError`. */
export async function resumeReceiving(
  purpose: ReceivePurpose,
  { flags, introduction }: Resumption,
  context: Context,
): Promise<void> {
  // What it had written comes again from the journal.
  if (purpose.partial !== undefined) await rm(purpose.partial, { force: true });
  const { relay } = purpose;
  const timings = new Timings();
  const plan = { role: "receive", flags, relay, introduction, purpose, waitSeconds: 0, timings } as const;
  const { directory, name } = purpose;
  const destination = name === undefined ? { directory } : { directory, name };
  await takeOver(plan, { ...purpose, destination }, context);
}

async function takeOver(
  plan: MeetingPlan,
  { destination, yes = false, kept }: ReceivePurpose & { readonly destination: Destination },
  context: Context,
): Promise<void> {
  const { screen } = context;
  const { timings } = plan;
  let received: ReceivedFile | undefined;
  await holdMeeting(plan, context, async (conversation, { label: peer }, remember) => {
    // Who has answered once is not asked again.
    const accept = yes || conversation.hasSpoken;
    const options = { destination, peer, accept, screen, timings, kept, remember };
    received = await receiveFile(conversation, options);
  });
  if (received === undefined) return;
  const { size, sha256 } = received.offer;
  screen.show({ event: "done", file: received.path, size, sha256, timings_ms: timings.toMilliseconds() });
}

type Meeting = Pick<MeetingPlan, "relay" | "introduction" | "waitSeconds" | "timings">;

async function byContact(label: string, flags: ReceiveFlags, context: Context): Promise<Meeting> {
  const contact = await context.contacts.read(label);
  return {
    relay: chooseRelay(flags, contact.relay),
    introduction: { type: "contact", contact },
    waitSeconds: limits.waitForContact / 1000,
    timings: new Timings(),
  };
}

async function byCode(typed: string | undefined, flags: ReceiveFlags, context: Context): Promise<Meeting> {
  const code = await askCode(typed, context, "countersign send");
  // Typing takes as long as it takes: the clock begins behind it.
  const timings = new Timings();
  const invite = async (connection: RelayConnection) => {
    const { claimInvitation } = await import("@countersign/client");
    const invitation = await claimInvitation(connection, code);
    checkKind(invitation.parameters);
    timings.end("connect");
    return invitation;
  };
  return {
    relay: chooseRelay(flags, code.relay && relayOfLink(code.relay, chosenRelay(flags, process.env))),
    introduction: { type: "code", invite },
    waitSeconds: limits.waitForSender / 1000,
    timings,
  };
}

/** A code may belong to a session of more parties or for another end; what to compare there is not what is shown here. */
function checkKind({ kind, parties }: Invitation["parameters"]): void {
  if (kind === "exchange" && parties === 2) return;
  const message = `By what the relay says, this code is not for a file between two, but for "${kind}" of ${parties} parties. Ask for a code that "countersign send" shows; a key is made with "countersign join".`;
  throw new CommandError(ExitStatus.mismatch, "relay.other-kind", message);
}
