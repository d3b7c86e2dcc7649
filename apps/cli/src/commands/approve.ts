import type { SigningResult } from "@countersign/signing";
import { encodeHex } from "@countersign/wire";
import { canBe, isJoinable, type Joinable, partiesOf, type Said } from "../ceremony/heard.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { limits } from "../limits.ts";
import type { GroupKey } from "../store/group-key.ts";
import { type CeremonyFlags, chosenNetwork } from "./ceremony-flags.ts";
import { keyPassphrase } from "./key-passphrase.ts";
import { listened, nothingCame, openChannel } from "./listen.ts";
import type { SignPurpose } from "./purpose.ts";
import { meetingOf, useKey } from "./use-key.ts";

export interface ApproveFlags extends CeremonyFlags {
  readonly out?: string;
  readonly watch?: boolean;
  readonly yes?: boolean;
}

/**
 * `countersign approve [KEY]`: takes part in what another holder of the key proposes, now or as soon as somebody does.
 * With `--watch` it goes on to the next proposal. Throws `CommandError`.
 */
export async function approve(typed: string | undefined, flags: ApproveFlags, context: Context): Promise<void> {
  const label = await context.keys.choose(typed);
  const key = await context.keys.unlock(label, keyPassphrase(flags, context));
  const channel = await openChannel(key, flags);
  const relay = flags.relay ?? key.facts.relay;
  context.screen.show({ event: "waiting", relay, for: `a proposal to sign with ${label}` });
  const waitMs = flags.watch ? undefined : (flags.wait ?? limits.waitForContact / 1000) * 1000;
  const done = new Set<string>();
  const signed = new Set<string>();
  try {
    // What this party has signed itself is no news to it, nor what it was asked about already.
    const isNews = (said: Said) => !(said.type === "signed" ? signed : done).has(encodeHex(said.session));
    for await (const heard of listened(channel, { waitMs, key, context, isNews })) {
      if (!isJoinable(heard) || !canBe(heard, key.facts)) continue;
      const id = encodeHex(heard.session);
      if (done.has(id)) continue;
      done.add(id);
      const went = await takePart(heard, { key, flags, relay }, context);
      if (went === undefined) signed.add(id);
      if (!flags.watch) {
        if (went !== undefined) throw went;
        return;
      }
      if (went !== undefined) context.screen.show({ event: "notice", text: went.message });
    }
    throw nothingCame(label);
  } finally {
    channel.close();
  }
}

interface Taking {
  readonly key: GroupKey;
  readonly flags: ApproveFlags;
  readonly relay: string;
}

/** Takes part in one signing; answers how it ended if not well, so that whoever watches goes on. */
async function takePart(
  heard: Joinable,
  { key, flags, relay }: Taking,
  context: Context,
): Promise<CommandError | undefined> {
  const { out } = flags;
  const network = chosenNetwork(flags, key.facts);
  const { label } = key.facts;
  const purpose: SignPurpose = { command: "sign", role: "guest", relay, network, key: label, ...(out && { out }) };
  try {
    await useKey(
      {
        flags,
        key,
        introduction: { type: "key", meeting: meetingOf(key, heard.session, partiesOf(heard)) },
        purpose,
        payload: undefined,
        waitSeconds: flags.wait ?? limits.machine / 1000,
        checkpoint: undefined,
        manyQuestions: flags.watch ?? false,
        // Who has proposed tells the others.
        tell: async (_: SigningResult) => undefined,
      },
      context,
    );
    return undefined;
  } catch (error) {
    context.interruption.throwIfAborted();
    if (error instanceof CommandError) return error;
    throw error;
  }
}
