import type { SigningResult } from "@countersign/signing";
import { encodeHex } from "@countersign/wire";
import { type Heard, KeyChannel } from "../ceremony/key-channel.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import { Deadline, unlessAborted } from "../session/wait.ts";
import type { GroupKey } from "../store/group-key.ts";
import { readAccessToken } from "./access-token.ts";
import { type CeremonyFlags, chosenNetwork } from "./ceremony-flags.ts";
import { keyPassphrase } from "./key-passphrase.ts";
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
    const isNews = (heard: Heard) => !(heard.type === "signed" ? signed : done).has(encodeHex(heard.session));
    for await (const heard of listened(channel, { waitMs, key, context, isNews })) {
      if (heard.type === "signed" || !canBe(heard, key)) continue;
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
  } finally {
    channel.close();
  }
}

/** A line to the other holders of a key. Throws `CommandError`. */
export async function openChannel(key: GroupKey, flags: Omit<CeremonyFlags, "network">): Promise<KeyChannel> {
  const relay = flags.relay ?? key.facts.relay;
  const accessToken = await readAccessToken(flags, { relay, environment: process.env });
  return new KeyChannel(key, { relay, accessToken, graceMs: flags.grace * 1000 });
}

interface Listening {
  /** Until something has to have come; undefined to wait as long as it takes. */
  readonly waitMs: number | undefined;
  readonly key: GroupKey;
  readonly context: Context;
  /** Whether something is shown; everything is, unless this says otherwise. */
  readonly isNews?: (heard: Heard) => boolean;
}

/** What the other holders say, shown as it comes. Rejects with the interruption's reason, or when nothing came in time. */
export async function* listened(channel: KeyChannel, listening: Listening): AsyncGenerator<Heard, void> {
  const { waitMs, key, context, isNews = () => true } = listening;
  const late = new AbortController();
  const deadline = new Deadline();
  if (waitMs !== undefined) deadline.set(waitMs, () => late.abort(nothingCame(key.facts.label)));
  const heard = channel.heard();
  const signal = AbortSignal.any([late.signal, context.interruption]);
  try {
    for (;;) {
      const { done, value } = await unlessAborted(heard.next(), signal);
      if (done) return;
      if (isNews(value)) show(value, key, context);
      yield value;
    }
  } finally {
    deadline.clear();
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

type Joinable = Exclude<Heard, { type: "signed" }>;

function partiesOf(heard: Joinable): number {
  return heard.type === "open" ? heard.parties : heard.proposal.parties;
}

/** What no holders of this key can have begun is passed over. */
function canBe(heard: Joinable, { facts }: GroupKey): boolean {
  const parties = partiesOf(heard);
  return parties >= facts.threshold && parties <= facts.parties.length;
}

function show(heard: Heard, { facts }: GroupKey, { screen }: Context): void {
  const from = "from" in heard ? (facts.parties.find(({ number }) => number === heard.from)?.label ?? "?") : "";
  const key = facts.label;
  if (heard.type === "proposal") {
    const { kind, name } = heard.proposal;
    screen.show({ event: "proposed", key, from, kind, ...(name === undefined ? {} : { name }) });
  } else if (heard.type === "signed") {
    const { txid, signature } = heard.signed;
    const what = { ...(txid === undefined ? {} : { txid }), ...(signature === undefined ? {} : { signature }) };
    screen.show({ event: "signed-by-others", key, from, ...what });
  }
}

function nothingCame(label: string): CommandError {
  const message = `Nobody has proposed anything to sign with ${label} in time. "countersign sign ${label} FILE" proposes.`;
  return new CommandError(ExitStatus.absent, "peer.absent", message);
}
