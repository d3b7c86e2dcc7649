import { type Command, Option } from "commander";
import type { ResumeFlags } from "../commands/resume-flags.ts";
import { DEFAULT_GRACE_SECONDS, readGrace, readLabel, readWait } from "../options.ts";
import { start } from "./common-options.ts";

/** `resume` and `sessions`: what was interrupted. */
export function addSessionCommands(program: Command): void {
  addResume(program);
  addSessions(program);
}

function addResume(program: Command): void {
  program
    .command("resume")
    .description("go on with a session whose process was ended, on either side: no code, no comparing of words")
    .argument("[session]", "the beginning of its name; not needed if there is only one")
    .option("--relay-token-file <path>", "a token that the relay wants to see (default: $COUNTERSIGN_RELAY_TOKEN)")
    .option("--passphrase-file <path>", "a file with the passphrase of the key in its first line")
    .addOption(new Option("--wait <seconds>", "how long to wait for the other side (default: 600)").argParser(readWait))
    .addOption(
      new Option("--grace <seconds>", "how long to wait for somebody who lost the connection")
        .argParser(readGrace)
        .default(DEFAULT_GRACE_SECONDS),
    )
    .addOption(
      new Option("--label <label>", "of a key: what to call it here, where its label is taken").argParser(readLabel),
    )
    .option("--record <file>", "of a key: the record of somebody who has it, where the session is over without you")
    .option("--json", "one JSON object a line")
    .action(async (session: string | undefined, flags: ResumeFlags) => {
      await start({ title: "countersign resume", json: flags.json }, async (context) => {
        const { resume } = await import("../commands/resume.ts");
        await resume(session, flags, context);
      });
    });
}

function addSessions(program: Command): void {
  const sessions = program.command("sessions").description("what was interrupted and can be resumed");
  sessions
    .command("list", { isDefault: true })
    .description("list the sessions whose process was ended")
    .option("--json", "one JSON object a line")
    .action(async (flags: { json?: boolean }) => {
      await start({ json: flags.json }, async (context) => {
        const { listSessions } = await import("../commands/sessions.ts");
        await listSessions(flags, context);
      });
    });
  sessions
    .command("forget")
    .description("forget a session: it cannot be resumed any more")
    .argument("<session>")
    .option("--json", "one JSON object a line")
    .action(async (session: string, flags: { json?: boolean }) => {
      await start({ json: flags.json }, async (context) => {
        const { forgetSession } = await import("../commands/sessions.ts");
        await forgetSession(session, context);
      });
    });
}
