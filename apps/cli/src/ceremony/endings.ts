import type { CeremonyError } from "@countersign/client";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { listed } from "../screens/amounts.ts";

interface EndingOptions {
  /** What people call a party. */
  label(number: number): string;
  /** Whether this party has signed what came of it, so that others may have it. */
  readonly isSealed: boolean;
}

/** Every way in which a ceremony can come to nothing, as a sentence that says what happened and what to do next. */
export function ceremonyEnding(error: CeremonyError, { label, isSealed }: EndingOptions): CommandError {
  const { by, code, culprits, round, roundName } = error;
  const message = withLabels(code === "peer.aborted" ? reasonOf(error.message) : error.message, label);
  const whom = listed(culprits.map(label));
  const where = round === undefined || round === 0 ? "" : ` in round ${round} (${roundName ?? ""})`;
  const nothing = isSealed ? "" : "Nothing was made or signed. ";
  const again = `${nothing}Start again when all are ready.`;
  const distrust = `${nothing}Talk to each other before you try again.`;
  const end = (exit: ExitStatus, text: string) => new CommandError(exit, code, text, { cause: error });
  switch (code) {
    case "peer.timeout":
      return end(ExitStatus.absent, `${whom} did not answer in time${where}. ${again}`);
    case "peer.left":
      return end(ExitStatus.absent, `${whom} left${where}. ${again}`);
    case "peer.aborted":
      return end(ExitStatus.refused, `${by === undefined ? "Another party" : label(by)} ended it: ${message}.`);
    case "peer.equivocation":
      return end(ExitStatus.mismatch, `${whom} told others something else${where}, and signed both. ${distrust}`);
    case "peer.differs":
      return end(
        ExitStatus.mismatch,
        `${whom} and you do not have the same: ${message}. Compare versions and options.`,
      );
    case "peer.protocol":
      return end(ExitStatus.mismatch, `${whom} does not follow the protocol${where}: ${message}. ${distrust}`);
    case "protocol.failed":
      if (culprits.length > 0) return end(ExitStatus.mismatch, `${message}${where}: ${whom}. ${distrust}`);
      return end(ExitStatus.refused, `It came to nothing${where}: ${message}.`);
    case "local.journal":
      return end(ExitStatus.error, "The journal cannot be written. Check the disk and its permissions.");
    case "session.ended":
      return end(
        ExitStatus.absent,
        `The session is over${by === undefined ? "" : ` (${label(by)})`}: ${message}. ${again}`,
      );
    default:
      return end(ExitStatus.error, `It failed: ${message} (${code}). ${again}`);
  }
}

/** Of "party 2 could not go on: number 2 declined to sign" what its sender has said; who and that it is over is said before. */
function reasonOf(message: string): string {
  return message.replace(/^party \d+ (?:[^:]+: )?/, "");
}

/** Protocols know numbers only; people know each other by label. */
function withLabels(message: string, label: (number: number) => string): string {
  return message.replace(/\b(?:party|number) (\d{1,3})\b/g, (_, number: string) => label(Number(number)));
}
