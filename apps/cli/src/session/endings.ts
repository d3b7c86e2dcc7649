import type { RelayError, SessionEnded, SessionFailed } from "@countersign/client";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { AGAIN, again, patience, RENAME, SOMEBODY } from "./advice.ts";
import { hearsayEnding } from "./hearsay.ts";

// Every way in which a meeting can end without success, as a sentence that says what happened and what to do next. They
// stand together (but what only the relay says stands in hearsay.ts) so that they can be read, and kept alike.

export function relayEnding(error: RelayError, relay: string): CommandError {
  const end = (exit: ExitStatus, message: string) => new CommandError(exit, error.code, message, { cause: error });
  switch (error.code) {
    case "relay.unreachable":
    case "relay.closed":
      return end(
        ExitStatus.relay,
        `The relay ${relay} cannot be reached, or admits only those who have a token. Start one with "countersign-relay", or name another with --relay.`,
      );
    case "relay.unavailable":
      return end(ExitStatus.relay, `The relay ${relay} cannot serve now. Try again in a minute.`);
    case "relay.unknown-invitation":
      return end(
        ExitStatus.mismatch,
        "The relay knows no such code: its number is mistyped, or it has run out or was used. Ask for a new code.",
      );
    case "relay.invitation-closed":
      return end(
        ExitStatus.mismatch,
        "Somebody has used this code already. If that was neither of you, it leaked or was guessed. Ask for a new code.",
      );
    case "relay.session-ended":
      return end(
        ExitStatus.absent,
        error.data?.reason === "duplicate-identity"
          ? `The relay says that this session is over already, because two go by the same name or show the same keys. ${RENAME}`
          : "The relay says that this session is over already. Start again when all are ready, with a new code where there was one.",
      );
    case "relay.rate-limited":
      return end(ExitStatus.error, "The relay takes no more attempts from this address for now. Wait a minute.");
    case "relay.session-full":
      return end(
        ExitStatus.error,
        "Two are meeting there already, perhaps a run of yours that did not end. Try again in a minute.",
      );
    default:
      return end(ExitStatus.error, `The relay ${relay} refused: ${error.message} (${error.code}).`);
  }
}

/** The machines of this side gave up. `contact`: keys were pinned, so there was no code. */
export function failedEnding(failed: SessionFailed, contact: string | undefined): CommandError {
  const end = (exit: ExitStatus, message: string) => new CommandError(exit, failed.code, message);
  switch (failed.code) {
    case "peer.wrong-code":
      return end(
        ExitStatus.mismatch,
        `The code was wrong on one side: mistyped, or somebody tried to guess it. It is void now. ${AGAIN}`,
      );
    case "peer.code-unproven":
      return end(
        ExitStatus.mismatch,
        `The other side did not prove in time that it has the code: it left, its answer was lost, or somebody tried to guess. The code is void now. ${AGAIN}`,
      );
    case "peer.timeout":
      return end(ExitStatus.absent, `The other side did not answer in time. ${again(contact)}`);
    case "peer.identity-changed":
      return end(
        ExitStatus.mismatch,
        `This is not the ${contact ?? "peer"} whose keys were pinned, or one of you has lost or changed the keys. Nothing was sent. Ask ${contact ?? "the peer"} in person; to pair anew, both run "countersign contacts forget" and pair with --as.`,
      );
    case "peer.pin-unproven":
      return end(
        ExitStatus.absent,
        `${contact ?? "The other side"} did not prove in time to have the keys that are pinned; the network or the relay can cause that, too. Nothing was sent. ${patience(contact)}`,
      );
    case "peer.sas-mismatch":
      return end(ExitStatus.mismatch, `The words are not the same on both sides. ${SOMEBODY} ${AGAIN}`);
    case "peer.sas-aborted":
      return end(
        ExitStatus.absent,
        `The other side left before the words were compared. ${AGAIN} If it leaves there again, somebody may be in between.`,
      );
    case "peer.roster-changed":
      return end(ExitStatus.absent, `The other side was restarted or exchanged in the middle. ${again(contact)}`);
    case "peer.duplicate-identity":
      return end(
        ExitStatus.error,
        failed.label === undefined
          ? "Two show the same keys: perhaps one of them works with a copy of the other's files. Each needs files of its own. Nothing was sent."
          : `Two go by the same name, ${failed.label}. ${RENAME}`,
      );
    case "local.journal":
      return end(ExitStatus.error, "The journal of the session cannot be written. Check the disk and its permissions.");
    case "peer.clear-text":
      return end(ExitStatus.error, "The other side cannot encrypt: it is not a Countersign. Nothing was sent.");
    case "peer.protocol":
    case "peer.at-exhausted":
      return end(ExitStatus.error, `The other side does not follow the protocol: ${failed.detail}. Compare versions.`);
  }
}

/** The relay says that it is over. */
export function endedEnding(ended: SessionEnded, contact: string | undefined): CommandError {
  const end = (exit: ExitStatus, code: string, message: string) => new CommandError(exit, code, message);
  switch (ended.how) {
    case "aborted":
      return hearsayEnding(ended.reason, contact);
    case "closed":
      return left(contact);
    case "expired":
      return end(ExitStatus.absent, "peer.absent", `The time for this meeting ran out. ${again(contact)}`);
    case "replaced":
      return end(ExitStatus.error, "relay.replaced", "Another connection took this one's place. Start again.");
    case "unreachable":
      return end(
        ExitStatus.relay,
        "relay.unreachable",
        "The relay was lost and did not come back. When it runs again, start again.",
      );
  }
}

/** Nobody came. */
export function nobodyCame(contact: string | undefined): CommandError {
  const message =
    contact === undefined
      ? `Nobody came with the code in time; it is void now. ${AGAIN}`
      : `${contact} did not come in time. Agree on a time, and check that ${contact} kept you as a contact, too.`;
  return new CommandError(ExitStatus.absent, "peer.absent", message);
}

/** Of a group, not everybody came. Labels of those who did not, where they are known. */
export function notAllCame(who: {
  readonly present: number;
  readonly parties: number;
  readonly absent: readonly string[];
}): CommandError {
  const { absent, parties, present } = who;
  const missing = absent.length === 0 ? "" : ` Not there: ${absent.join(", ")}.`;
  const message = `Only ${present} of ${parties} came in time.${missing} Agree on a time, and start again when all are ready.`;
  return new CommandError(ExitStatus.absent, "peer.absent", message);
}

/** Somebody of a group is gone. */
export function groupLeft(label: string): CommandError {
  const message = `${label} left before the end. Start again when all are ready.`;
  return new CommandError(ExitStatus.absent, "peer.left", message);
}

/** The other side had its say and went, or its connection broke and did not come back. */
export function left(contact: string | undefined): CommandError {
  return new CommandError(ExitStatus.absent, "peer.left", `The other side left before the end. ${again(contact)}`);
}

/** The other seat is taken by a run that is not connected any more, and may never be again. */
export class DeadSeat extends CommandError {
  constructor() {
    super(ExitStatus.absent, "peer.left", `The other side was here and is gone. ${AGAIN}`);
  }
}

/** More has come than somebody who keeps to the window can have sent. */
export function flooded(): CommandError {
  const message =
    "The other side sent more than it was asked for, and was cut off. Compare versions before you try again.";
  return new CommandError(ExitStatus.error, "peer.transfer", message);
}

/** A person did not answer, here or there. */
export function tooSlow(what: string): CommandError {
  return new CommandError(ExitStatus.absent, "peer.timeout", `${what} took too long. Start again when both are ready.`);
}

/** An earlier run has shown that this code must not be used any more. */
export function codeBurned(): CommandError {
  const message = `This code was tried too often, or its words differed before: it is void. ${AGAIN}`;
  return new CommandError(ExitStatus.mismatch, "peer.code-burned", message);
}
