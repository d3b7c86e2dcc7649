import type { SessionEnded, SessionFailed } from "@countersign/client";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { AGAIN, RENAME, SOMEBODY } from "./advice.ts";
import { endedEnding, failedEnding, groupLeft } from "./endings.ts";

// What ends a gathering of several is told with the label of who it was: there is no "other side".

/** The machines of this side gave up on a group. Holders of a key compare no words, and have no code that could be made anew. */
export function gatheringEnding(failed: SessionFailed, { whom, pinned, met }: Gathered): CommandError {
  const end = (exit: ExitStatus, message: string) => new CommandError(exit, failed.code, message);
  const who = whom ?? (pinned ? "Another holder" : "Another party");
  const anew = pinned ? "Start again when all are ready." : AGAIN;
  switch (failed.code) {
    case "peer.sas-aborted":
      if (pinned) return groupLeft(who);
      // Nobody has committed to anything yet, so that there is nothing to be suspicious of.
      if (!met) {
        return end(
          ExitStatus.absent,
          `${who} ended it before all had met: interrupted, or because of somebody else, for instance one of the same name. What is shown there says more. Nothing was made. ${AGAIN}`,
        );
      }
      return end(
        ExitStatus.absent,
        `${who} left before everybody had compared the words: interrupted, or tired of waiting. Nothing was made. ${AGAIN} If ${who} did not mean to, and it happens again, somebody may be in between.`,
      );
    case "peer.sas-mismatch":
      return end(
        ExitStatus.mismatch,
        `${whom === undefined ? "The words are not the same for all of you." : `For ${who} the words are not the same.`} ${SOMEBODY} ${AGAIN}`,
      );
    case "peer.timeout":
      return end(ExitStatus.absent, `${who} did not answer in time. ${anew}`);
    case "peer.roster-changed":
      return end(ExitStatus.absent, `${who} was restarted or exchanged in the middle. ${anew}`);
    case "peer.code-unproven":
      return end(
        ExitStatus.mismatch,
        `${who} did not prove in time to have the code: gone, its answer was lost, or somebody tried to guess. The code is void now. ${AGAIN}`,
      );
    case "peer.clear-text":
      return end(ExitStatus.error, `${who} cannot encrypt: that is not a Countersign. Nothing was sent.`);
    case "peer.protocol":
    case "peer.at-exhausted":
      return end(ExitStatus.error, `${who} does not follow the protocol: ${failed.detail}. Compare versions.`);
    default:
      return failedEnding(failed, who);
  }
}

interface Gathered {
  /** Labels of those at fault, where they are known. */
  readonly whom: string | undefined;
  /** Whether they go by keys that were pinned. */
  readonly pinned: boolean;
  /** Whether all had a channel with this party, so that the words were being made. */
  readonly met: boolean;
}

/** As `endedEnding`, where several gather. `by`: who ended it, by what the relay says. */
export function gatheringEnded(ended: SessionEnded, { by, pinned }: Ended): CommandError {
  if (ended.how === "aborted") return hearsayEnding(ended.reason, { by: by ?? "somebody", pinned });
  if (ended.how === "closed") return groupLeft(by ?? "Somebody");
  const again = pinned ? "Start again when all are ready." : AGAIN;
  if (ended.how !== "expired") return endedEnding(ended, undefined);
  return new CommandError(ExitStatus.absent, "peer.absent", `The time for this session ran out. ${again}`);
}

interface Ended {
  readonly by: string | undefined;
  readonly pinned: boolean;
}

/** Nobody has signed why it was ended, nor by whom. That is no more than a hint, and told as one. */
function hearsayEnding(
  reason: string | undefined,
  { by, pinned }: { readonly by: string; readonly pinned: boolean },
): CommandError {
  const end = (exit: ExitStatus, code: string, message: string) => new CommandError(exit, code, message);
  const anew = pinned ? "Start again when all are ready." : AGAIN;
  switch (reason) {
    case "code-mismatch":
      return end(
        ExitStatus.mismatch,
        "relay.says-code-mismatch",
        `The relay says that ${by} found that somebody has another code: mistyped, or a guess. Do not use it again. ${AGAIN}`,
      );
    case "sas-mismatch":
      return end(
        ExitStatus.mismatch,
        "relay.says-sas-mismatch",
        `The relay says that the words were not confirmed by ${by}. ${SOMEBODY} ${AGAIN}`,
      );
    case "identity-changed":
      return end(
        ExitStatus.absent,
        "relay.says-identity-changed",
        `The relay says that ${by} could not make sure of somebody's keys. Try again; only if it stays so, talk to each other in person.`,
      );
    case "duplicate-identity":
      return end(
        ExitStatus.absent,
        "relay.says-duplicate-identity",
        `The relay says that ${by} found that two go by the same name or show the same keys. ${RENAME}`,
      );
    case "cancelled":
      return end(ExitStatus.absent, "peer.cancelled", `The relay says that ${by} cancelled. ${anew}`);
    case "timeout":
      return end(ExitStatus.absent, "peer.timeout", `The relay says that ${by} waited too long. ${anew}`);
    case "protocol":
      return end(
        ExitStatus.absent,
        "peer.left",
        `The relay says that ${by} could not go on with somebody. What is shown there says more. ${anew}`,
      );
    default:
      return end(ExitStatus.absent, "peer.left", `The relay says that ${by} ended with an error. ${anew}`);
  }
}
