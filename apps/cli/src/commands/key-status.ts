import { RelayError } from "@countersign/client";
import type { KeyChannel } from "../ceremony/key-channel.ts";
import { KeyStanding } from "../ceremony/key-standing.ts";
import type { Context } from "../context.ts";
import { limits } from "../limits.ts";
import { relayEnding } from "../session/endings.ts";
import { keyPassphrase } from "./key-passphrase.ts";
import { type Listening, listened, nothingCame, openChannel } from "./listen.ts";
import type { StatusFlags } from "./status.ts";

/**
 * `countersign status KEY`: what the other holders propose and have signed, as they say it. A person sees it until Ctrl-C,
 * others what there is now. Throws `CommandError`.
 */
export async function keyStatus(typed: string, flags: StatusFlags, context: Context): Promise<void> {
  const label = await context.keys.choose(typed);
  const key = await context.keys.unlock(label, keyPassphrase(flags, context));
  const relay = flags.relay ?? key.facts.relay;
  const channel = await openChannel(key, flags);
  context.screen.show({ event: "waiting", relay, for: `what is said of ${label}` });
  const waitMs = flags.wait === undefined ? undefined : flags.wait * 1000;
  const watches = flags.watch ?? (waitMs !== undefined || context.screen.interactive);
  try {
    if (watches) await listen(channel, { waitMs, key, context });
    else await look(channel, { waitMs: waitMs ?? limits.lookOnce, key, context }, relay);
  } finally {
    channel.close();
  }
}

async function listen(channel: KeyChannel, listening: Listening): Promise<void> {
  let any = false;
  // Listening shows what is heard; there is nothing else to do about it.
  for await (const heard of listened(channel, listening)) any ||= "from" in heard;
  if (!any) throw nothingCame(listening.key.facts.label);
}

/**
 * The relay knows at once which sessions wait for somebody, and not whose they are: who proposes says so again and again,
 * and is waited for.
 */
async function look(channel: KeyChannel, listening: Listening, relay: string): Promise<void> {
  const { facts } = listening.key;
  const standing = new KeyStanding(facts);
  // What is proposed is shown in the end, once.
  const isNews = ({ type }: { readonly type: string }) => type !== "proposal";
  for await (const heard of listened(channel, { ...listening, isNews })) {
    standing.take(heard);
    if (standing.isWhole) break;
  }
  if (!standing.isKnown) throw relayEnding(new RelayError("relay.unreachable", "it did not answer in time"), relay);
  listening.context.screen.show({ event: "key-status", key: facts.label, signings: standing.list() });
}
