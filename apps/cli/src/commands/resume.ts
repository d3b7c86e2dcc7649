import { CommandError, usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import type { Introduction } from "../session/introduction.ts";
import { expectPurpose } from "./purpose.ts";
import type { ResumeFlags } from "./resume-flags.ts";

/** Seconds in which the other side has to be there again, unless the user says otherwise. */
const WAIT_SECONDS = 600;

/** `countersign resume [SESSION]`: goes on where a process was ended. Throws `CommandError`. */
export async function resume(typed: string | undefined, flags: ResumeFlags, context: Context): Promise<void> {
  const { journal, saved } = await context.sessions.open(await choose(typed, context));
  try {
    const { record } = saved;
    const purpose = expectPurpose(saved.purpose);
    const { relay } = purpose;
    const introduction = (contact?: string): Introduction => ({ type: "resumed", record, journal, contact });
    const wait = flags.wait ?? WAIT_SECONDS;
    if (purpose.command === "keygen") {
      const { resumeKeygen } = await import("./resume-ceremony.ts");
      return await resumeKeygen(purpose, { flags, wait, saved, introduction: introduction() }, context);
    }
    if (flags.label !== undefined || flags.record !== undefined) {
      throw usageError(
        "usage.not-a-key",
        "--label and --record are for a key that is being made; this is something else.",
      );
    }
    if (purpose.command === "sign") {
      const { resumeSigning } = await import("./resume-ceremony.ts");
      return await resumeSigning(purpose, { flags, wait, saved, introduction: introduction() }, context);
    }
    const { contact, as, encrypt } = purpose;
    const meeting = {
      ...flags,
      wait,
      relay,
      ...(as === undefined ? {} : { as }),
      ...(encrypt === undefined ? {} : { encrypt }),
    };
    if (purpose.command === "send") {
      const { resumeSending } = await import("./send.ts");
      await resumeSending(purpose, { flags: meeting, introduction: introduction(contact) }, context);
    } else {
      const { resumeReceiving } = await import("./receive.ts");
      await resumeReceiving(purpose, { flags: meeting, introduction: introduction(contact) }, context);
    }
  } finally {
    // Where nobody was met again, the next attempt finds all as it was; else it is closed already.
    await journal.end(false);
  }
}

/** The id of the one session that begins like this, or of the only one there is. */
async function choose(typed: string | undefined, { sessions }: Context): Promise<string> {
  const ids = (await sessions.list()).map(({ id }) => id);
  const fitting = ids.filter((id) => id.startsWith(typed ?? ""));
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  if (ids.length === 0) {
    throw new CommandError(ExitStatus.error, "session.none", "No session was interrupted: there is nothing to resume.");
  }
  if (fitting.length === 0) {
    const message = `There is no session ${typed} that could be resumed. See "countersign sessions".`;
    throw new CommandError(ExitStatus.error, "session.unknown", message);
  }
  throw usageError("usage.session", `Say which session, by the beginning of its name: ${fitting.join(", ")}.`);
}
