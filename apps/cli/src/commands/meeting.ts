import { usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { defaultLabel, type MeetingFlags } from "../options.ts";
import type { MeetingOptions, Talk } from "../session/hold-conversation.ts";
import { contactOf, type Introduction } from "../session/introduction.ts";
import type { Contact } from "../store/contact.ts";
import type { Timings } from "../timings.ts";
import { readAccessToken } from "./access-token.ts";
import { chosenRelay } from "./chosen-relay.ts";
import type { MeetingPurpose } from "./purpose.ts";

export interface MeetingPlan {
  readonly role: "send" | "receive";
  readonly flags: MeetingFlags;
  readonly relay: string;
  readonly introduction: Introduction;
  /** What another process has to know to go on with this one. */
  readonly purpose: MeetingPurpose;
  /** Seconds until somebody has to have come, unless the user says otherwise. */
  readonly waitSeconds: number;
  readonly timings: Timings;
}

/** Meets by code or as contacts, keeps or touches the contact, and talks. Throws `CommandError`. */
export async function holdMeeting(plan: MeetingPlan, context: Context, talk: Talk): Promise<void> {
  const { flags, introduction, relay, role, timings } = plan;
  const [{ holdConversation }, { generateIdentity }] = await Promise.all([
    import("../session/hold-conversation.ts"),
    import("@countersign/client"),
  ]);
  const label = contactOf(introduction);
  const known = label === undefined ? undefined : await context.contacts.read(label);
  const self =
    introduction.type === "resumed"
      ? introduction.record.origin.self
      : {
          label: known?.self.label ?? flags.label ?? defaultLabel(role === "send" ? "sender" : "receiver"),
          identity: known?.self.identity ?? generateIdentity(),
        };
  const options: MeetingOptions = {
    relay,
    accessToken: await readAccessToken(flags, { relay, environment: process.env }),
    role,
    self,
    introduction,
    purpose: plan.purpose,
    waitMs: (flags.wait ?? plan.waitSeconds) * 1000,
    graceMs: flags.grace * 1000,
    timings,
  };
  await holdConversation(options, context, async (conversation, peer, remember) => {
    const met = { relay, self, peer: peer.pin };
    if (flags.as !== undefined && !(introduction.type === "resumed" && (await context.contacts.has(flags.as)))) {
      await keepContact(context, flags.as, { flags, met });
    }
    await talk(conversation, known === undefined ? peer : { ...peer, label: known.label }, remember);
  });
  if (known !== undefined) await context.contacts.write({ ...known, lastUsed: new Date().toISOString() });
}

/** What a session that is resumed goes on with. */
export interface Resumption {
  readonly flags: MeetingFlags;
  readonly introduction: Introduction;
}

/** What both commands have to be told again. */
export function aboutMeeting(flags: MeetingFlags, relay: string, contact: string | undefined) {
  const { as, encrypt } = flags;
  return {
    relay,
    ...(contact === undefined ? {} : { contact }),
    ...(as === undefined ? {} : { as }),
    ...(encrypt === undefined ? {} : { encrypt }),
  };
}

/** The relay of a meeting: the one that was named, else the contact's or the link's, else the usual one. */
export function chooseRelay(flags: MeetingFlags, other: string | undefined): string {
  return flags.relay ?? other ?? chosenRelay(flags, process.env);
}

/** Makes sure before anything else that `--as` can be done: the label is free, and the passphrase is there. */
export async function checkKeeping(context: Context, flags: MeetingFlags): Promise<void> {
  const label = flags.as;
  if (label === undefined) return;
  if (await context.contacts.has(label)) {
    const message = `There is a contact ${label} already. Use it without a code, forget it first, or choose another name.`;
    throw usageError("usage.contact-exists", message);
  }
  if (sealing(flags)) await context.contacts.readyToSeal();
}

async function keepContact(
  context: Context,
  label: string,
  { flags, met }: { flags: MeetingFlags; met: Pick<Contact, "relay" | "self" | "peer"> },
): Promise<void> {
  const now = new Date().toISOString();
  const seal = sealing(flags);
  await context.contacts.write({ ...met, label, created: now, lastUsed: now }, { seal });
  context.screen.show({ event: "contact-kept", label, sealed: seal });
}

function sealing(flags: MeetingFlags): boolean {
  return flags.encrypt ?? Boolean(process.env["COUNTERSIGN_PASSPHRASE_FILE"]);
}
