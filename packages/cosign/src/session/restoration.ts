import { RelayError } from "@countersign/client";
import type { CosignSessionOptions } from "./cosign-session.ts";
import { resumeHandAt } from "./hand-opening.ts";
import { connect, resumeAt, type Surroundings } from "./opening.ts";
import { PastSession } from "./past-session.ts";
import type { KeptSession } from "./session-store.ts";

/** Milliseconds between attempts to reach the relay: the first, and the longest. */
const PAUSE = { first: 1_000, longest: 15_000 };
/** Answers of a relay behind which there is nothing to come back to. */
const OVER: Readonly<Record<string, "closed" | "expired">> = {
  "relay.session-ended": "closed",
  "relay.unknown-session": "expired",
  "relay.unknown-token": "expired",
};

/** A session that goes on, or of which is known how it has ended. */
export type Restored = Pick<CosignSessionOptions, "wire" | "relay" | "hand">;

/**
 * Takes up a session that a process before this one has left, as soon as its relay can be reached; undefined if the
 * signal comes first.
 */
export async function restore(
  { file, notes, record }: KeptSession,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Restored | undefined> {
  if (notes.over !== undefined) return { wire: new PastSession(record, notes.over), relay: undefined, hand: undefined };
  if (notes.byHand) return { ...resumeHandAt({ record, file }, surroundings), relay: undefined };
  const { clock } = surroundings;
  const until = notes.begun + notes.ttl;
  for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
    const relay = connect(notes.relay, surroundings);
    try {
      return { ...(await resumeAt({ relay, record, file, ttl: notes.ttl }, surroundings)), relay };
    } catch (error) {
      relay.close();
      if (!(error instanceof RelayError)) throw error;
      const how = clock.now().unixSeconds >= until ? "expired" : OVER[error.code];
      const end = { type: "ended", cause: error } as const;
      if (how !== undefined) return { wire: new PastSession(record, { ...end, how }), relay, hand: undefined };
      await new Promise<void>((resolve) => {
        const cancel = clock.wakeAt(clock.now().ms + pause, resolve);
        signal.addEventListener("abort", () => {
          cancel();
          resolve();
        });
      });
    }
    if (signal.aborted) return undefined;
  }
}
