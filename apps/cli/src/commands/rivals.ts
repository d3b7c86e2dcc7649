import { encodeHex } from "@countersign/wire";
import { isJoinable, type Joinable, labelIn } from "../ceremony/heard.ts";
import type { KeyChannel } from "../ceremony/key-channel.ts";
import type { Screen } from "../screens/screen.ts";
import type { KeyFacts } from "../store/group-key.ts";

export interface Waiting {
  readonly facts: KeyFacts;
  /** The session in which this party proposes. */
  readonly session: Uint8Array;
  readonly screen: Screen;
  /** Whether the others are still waited for. */
  readonly isWaiting: () => boolean;
}

/**
 * Two who propose at once would wait for each other in two sessions: whoever waits is told that there is another one, and
 * by whom as soon as that one says so. Ends with the channel.
 */
export async function tellRivals(channel: Pick<KeyChannel, "heard">, waiting: Waiting): Promise<void> {
  const { facts, session, screen, isWaiting } = waiting;
  const told = new Set<string>();
  for await (const heard of channel.heard()) {
    if (!isJoinable(heard) || !isWaiting()) continue;
    const id = encodeHex(heard.session);
    const who = proposer(heard, facts);
    const mark = `${id} ${who}`;
    if (id === encodeHex(session) || told.has(mark)) continue;
    told.add(mark);
    screen.show({ event: "notice", text: rivalry(who, facts.label) });
  }
}

function proposer(heard: Joinable, facts: KeyFacts): string {
  return (heard.type === "open" ? undefined : labelIn(facts, heard.from)) ?? "Somebody else";
}

function rivalry(who: string, key: string): string {
  return `${who} proposes to sign with ${key}, too. To sign that, end this one and run "countersign approve ${key}"; or wait for others to approve this one.`;
}
