import { type Heard, labelIn, type Said } from "../ceremony/heard.ts";
import { KeyChannel } from "../ceremony/key-channel.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import type { ScreenEvent } from "../screens/screen.ts";
import { Deadline, unlessAborted } from "../session/wait.ts";
import type { GroupKey, KeyFacts } from "../store/group-key.ts";
import { readAccessToken } from "./access-token.ts";
import type { CeremonyFlags } from "./ceremony-flags.ts";

/** A line to the other holders of a key. Throws `CommandError`. */
export async function openChannel(key: GroupKey, flags: Omit<CeremonyFlags, "network">): Promise<KeyChannel> {
  const relay = flags.relay ?? key.facts.relay;
  const accessToken = await readAccessToken(flags, { relay, environment: process.env });
  return new KeyChannel(key, { relay, accessToken, graceMs: flags.grace * 1000 });
}

export interface Listening {
  /** How long to listen; undefined for as long as it takes. */
  readonly waitMs: number | undefined;
  readonly key: GroupKey;
  readonly context: Context;
  /** Whether something that was said is shown; everything is, unless this says otherwise. */
  readonly isNews?: (said: Said) => boolean;
}

/** What the other holders say, shown as it comes, until the time is over. Rejects with the interruption's reason. */
export async function* listened(channel: KeyChannel, listening: Listening): AsyncGenerator<Heard, void> {
  const { waitMs, key, context, isNews = () => true } = listening;
  const late = new AbortController();
  const deadline = new Deadline();
  if (waitMs !== undefined) deadline.set(waitMs, () => late.abort());
  const heard = channel.heard();
  const signal = AbortSignal.any([late.signal, context.interruption]);
  try {
    for (;;) {
      const { done, value } = await unlessAborted(heard.next(), signal);
      if (done) return;
      if ("from" in value && isNews(value)) context.screen.show(eventOf(value, key.facts));
      yield value;
    }
  } catch (error) {
    context.interruption.throwIfAborted();
    if (!late.signal.aborted) throw error;
  } finally {
    deadline.clear();
  }
}

/** What a person is shown of it. */
function eventOf(said: Said, facts: KeyFacts): ScreenEvent {
  const by = { key: facts.label, from: labelIn(facts, said.from) ?? "?" };
  switch (said.type) {
    case "proposal": {
      const { kind, name } = said.proposal;
      return { event: "proposed", ...by, kind, ...(name === undefined ? {} : { name }) };
    }
    case "ended": {
      const { ended: how, kind, name } = said.ended;
      return { event: "proposal-ended", ...by, kind, ...(name === undefined ? {} : { name }), how };
    }
    case "signed": {
      const { txid, signature } = said.signed;
      const what = { ...(txid === undefined ? {} : { txid }), ...(signature === undefined ? {} : { signature }) };
      return { event: "signed-by-others", ...by, ...what };
    }
  }
}

export function nothingCame(label: string): CommandError {
  const message = `Nobody has proposed anything to sign with ${label} in time. "countersign sign ${label} FILE" proposes.`;
  return new CommandError(ExitStatus.absent, "peer.absent", message);
}
