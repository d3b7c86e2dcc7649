import type { Proposal } from "../ceremony/heard.ts";
import type { KeyChannel } from "../ceremony/key-channel.ts";
import { CommandError } from "../command-error.ts";
import { limits } from "../limits.ts";
import { canBeResumed } from "../session/hold-session.ts";
import { atMost } from "../session/wait.ts";

interface Proposed {
  readonly channel: Pick<KeyChannel, "tellEnded">;
  readonly session: Uint8Array;
  readonly proposal: Pick<Proposal, "kind" | "name">;
}

/**
 * Waits for the end of a signing that this party has proposed. If it came to nothing, the other holders are told, or who
 * only listens would take it for one that goes on. What can be resumed has not ended.
 */
export async function tellIfEnded(signing: Promise<void>, { channel, session, proposal }: Proposed): Promise<void> {
  try {
    await signing;
  } catch (error) {
    if (!(error instanceof CommandError && canBeResumed(error))) {
      const ended = error instanceof CommandError && error.code === "interrupted" ? "cancelled" : "failed";
      const { kind, name } = proposal;
      await atMost(
        limits.farewell,
        channel.tellEnded(session, { ended, kind, ...(name === undefined ? {} : { name }) }),
      );
    }
    throw error;
  }
}
