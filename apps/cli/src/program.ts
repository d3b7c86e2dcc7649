import { Command, Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import type { ReceiveFlags } from "./commands/receive.ts";
import type { ResumeFlags } from "./commands/resume.ts";
import type { SendFlags } from "./commands/send.ts";
import type { Context } from "./context.ts";
import {
  DEFAULT_GRACE_SECONDS,
  DEFAULT_RELAY,
  type MeetingFlags,
  readCodeLife,
  readGrace,
  readLabel,
  readRelay,
  readWait,
  readWords,
} from "./options.ts";
import type { RunOptions } from "./run.ts";

const EXIT_STATUSES = `
Exit status: 0 done, 1 error, 2 usage, 3 the other side is absent or too late,
4 declined, 5 relay not reachable, 6 wrong code or words that differ, 130 Ctrl-C.`;

/** The command line. What a command needs beyond it is loaded when the command runs. */
export function createProgram(): Command {
  const program = new Command("countersign")
    .description("Pairs two machines with a spoken code and passes a file between them, end-to-end encrypted.")
    .version(manifest.version)
    .addOption(relayOption())
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(see "countersign --help")')
    .addHelpText("after", EXIT_STATUSES);
  addSend(program);
  addReceive(program);
  addContacts(program);
  addResume(program);
  addSessions(program);
  addDaemon(program);
  addRpc(program);
  return program;
}

function addSend(program: Command): void {
  const command = program
    .command("send")
    .description("offer a file to whoever has the code that is shown, or to a contact")
    .argument("<file>", "the file, at most 64 MiB")
    .option("--to <label>", "send to a contact: no code, no comparing of words")
    .addOption(new Option("--code-life <seconds>", "how long the code is good (default: 600)").argParser(readCodeLife))
    .addOption(new Option("--words <number>", "words of the code, 4 to 16 (default: 4)").argParser(readWords))
    .option("--no-qr", "show no QR code");
  withMeetingOptions(command).action(async (file: string, flags: SendFlags & { qr: boolean }) => {
    await start({ title: "countersign send", json: flags.json, qr: flags.qr }, async (context) => {
      const { send } = await import("./commands/send.ts");
      await send(file, withGlobals(program, flags), context);
    });
  });
}

function addReceive(program: Command): void {
  const command = program
    .command("receive")
    .description("take a file from whoever made the code, or from a contact")
    .argument("[code]", "the code or its link; asked for if it is not given")
    .option("--from <label>", "receive from a contact: no code, no comparing of words")
    .option("--out <path>", "a new file, or a directory (default: the working directory)");
  withMeetingOptions(command).action(async (code: string | undefined, flags: ReceiveFlags) => {
    await start({ title: "countersign receive", json: flags.json }, async (context) => {
      const { receive } = await import("./commands/receive.ts");
      await receive(code, withGlobals(program, flags), context);
    });
  });
}

function addContacts(program: Command): void {
  const contacts = program.command("contacts").description("whom to meet again without a code");
  contacts
    .command("list")
    .description("list the contacts that --as has kept")
    .option("--json", "one JSON object a line")
    .action(async (flags: { json?: boolean }) => {
      await start({ json: flags.json }, async (context) => {
        const { listContacts } = await import("./commands/contacts.ts");
        await listContacts(flags, context);
      });
    });
  contacts
    .command("forget")
    .description("forget a contact and the keys that were made for it")
    .argument("<label>")
    .option("--json", "one JSON object a line")
    .action(async (label: string, flags: { json?: boolean }) => {
      await start({ json: flags.json }, async (context) => {
        const { forgetContact } = await import("./commands/contacts.ts");
        await forgetContact(label, context);
      });
    });
}

function addDaemon(program: Command): void {
  withOptionsOfNodes(program.command("daemon"))
    .description("serve the cosign.* methods over JSON-RPC, as a Bitcoin node does (see daemon -help)")
    .action(async (_, command: Command) => {
      const { runDaemon } = await import("./daemon/run-daemon.ts");
      const { relay } = program.opts<{ relay?: string }>();
      await runDaemon([...(relay === undefined ? [] : [`-relay=${relay}`]), ...command.args], process.env);
    });
}

function addRpc(program: Command): void {
  withOptionsOfNodes(program.command("rpc"))
    .description("call a method of the daemon, as bitcoin-cli does (see rpc -help)")
    .action(async (_, command: Command) => {
      const { runRpc } = await import("./rpc/run-rpc.ts");
      process.exitCode = await runRpc(command.args, process.env);
    });
}

/** Options with one dash, which the command reads itself. */
function withOptionsOfNodes(command: Command): Command {
  return command
    .usage("[-NAME=VALUE…] [ARGUMENT…]")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions();
}

function addResume(program: Command): void {
  program
    .command("resume")
    .description("go on with a session whose process was ended, on either side: no code, no comparing of words")
    .argument("[session]", "the beginning of its name; not needed if there is only one")
    .option("--relay-token-file <path>", "a token that the relay wants to see (default: $COUNTERSIGN_RELAY_TOKEN)")
    .addOption(new Option("--wait <seconds>", "how long to wait for the other side (default: 600)").argParser(readWait))
    .addOption(
      new Option("--grace <seconds>", "how long to wait for somebody who lost the connection")
        .argParser(readGrace)
        .default(DEFAULT_GRACE_SECONDS),
    )
    .option("--json", "one JSON object a line")
    .action(async (session: string | undefined, flags: ResumeFlags) => {
      await start({ title: "countersign resume", json: flags.json }, async (context) => {
        const { resume } = await import("./commands/resume.ts");
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
        const { listSessions } = await import("./commands/sessions.ts");
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
        const { forgetSession } = await import("./commands/sessions.ts");
        await forgetSession(session, context);
      });
    });
}

async function start(options: RunOptions, command: (context: Context) => Promise<void>): Promise<void> {
  const { run } = await import("./run.ts");
  await run(options, command);
}

function relayOption(): Option {
  return new Option("--relay <url>", `the relay (default: $COUNTERSIGN_RELAY or ${DEFAULT_RELAY})`).argParser(
    readRelay,
  );
}

/** `--relay` may stand before the command, too. */
function withGlobals<Flags extends MeetingFlags>(program: Command, flags: Flags): Flags {
  const { relay } = program.opts<{ relay?: string }>();
  return relay === undefined || flags.relay !== undefined ? flags : { ...flags, relay };
}

function withMeetingOptions(command: Command): Command {
  return command
    .addOption(relayOption())
    .option("--relay-token-file <path>", "a token that the relay wants to see (default: $COUNTERSIGN_RELAY_TOKEN)")
    .addOption(new Option("--label <name>", "what the other side sees of you").argParser(readLabel))
    .addOption(new Option("--as <label>", "keep the other side as a contact of this name").argParser(readLabel))
    .option("--encrypt", "seal that contact with a passphrase")
    .option("--yes", "ask nothing; only with a contact")
    .addOption(new Option("--wait <seconds>", "how long to wait for the other side to come").argParser(readWait))
    .addOption(
      new Option("--grace <seconds>", "how long to wait for somebody who lost the connection")
        .argParser(readGrace)
        .default(DEFAULT_GRACE_SECONDS),
    )
    .option("--json", "one JSON object a line on stdout; answers are lines on stdin");
}
