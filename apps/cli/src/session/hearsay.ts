import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { AGAIN, again, patience, RENAME, SOMEBODY } from "./advice.ts";

/**
 * The relay says that the other side ended it, and by one word of a small table why. Nobody has signed that word: it is
 * told as the relay's, and nothing is advised on it that a lie could make one regret.
 */
export function hearsayEnding(reason: string | undefined, contact: string | undefined): CommandError {
  const end = (exit: ExitStatus, code: string, message: string) => new CommandError(exit, code, message);
  switch (reason) {
    case "code-mismatch":
      return end(
        ExitStatus.mismatch,
        "relay.says-code-mismatch",
        `The relay says that the other side found another code here: mistyped, or somebody tried to guess it. Do not use it again. ${AGAIN}`,
      );
    case "sas-mismatch":
      return end(
        ExitStatus.mismatch,
        "relay.says-sas-mismatch",
        `The relay says that for the other side the words are not the same. ${SOMEBODY} ${AGAIN}`,
      );
    case "identity-changed":
      return end(
        ExitStatus.absent,
        "relay.says-identity-changed",
        `The relay says that the other side could not make sure that you are the one whose keys it keeps. ${patience(contact)}`,
      );
    case "duplicate-identity":
      return end(
        ExitStatus.absent,
        "relay.says-duplicate-identity",
        `The relay says that the other side found that two go by the same name or show the same keys. ${RENAME}`,
      );
    case "cancelled":
      return end(
        ExitStatus.absent,
        "peer.cancelled",
        `The relay says that the other side cancelled. ${again(contact)}`,
      );
    case "timeout":
      return end(
        ExitStatus.absent,
        "peer.timeout",
        `The relay says that the other side waited too long. ${again(contact)}`,
      );
    default:
      return end(
        ExitStatus.absent,
        "peer.left",
        `The relay says that the other side ended with an error. ${again(contact)}`,
      );
  }
}
