import { type Command, Option } from "commander";
import type { ReceiveFlags } from "../commands/receive.ts";
import type { SendFlags } from "../commands/send.ts";
import { readCodeLife, readLabel, readWords } from "../options.ts";
import { labelOption, start, withGlobals, withJson, withPatience, withRelayOptions } from "./common-options.ts";

/** `send`, `receive`, `contacts`: a file between two. */
export function addTransferCommands(program: Command): void {
  addSend(program);
  addReceive(program);
  addContacts(program);
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
      const { send } = await import("../commands/send.ts");
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
      const { receive } = await import("../commands/receive.ts");
      await receive(code, withGlobals(program, flags), context);
    });
  });
}

function addContacts(program: Command): void {
  const contacts = program.command("contacts").description("whom to meet again without a code");
  contacts
    .command("list", { isDefault: true })
    .description("list the contacts that --as has kept")
    .option("--json", "one JSON object a line")
    .action(async (flags: { json?: boolean }) => {
      await start({ json: flags.json }, async (context) => {
        const { listContacts } = await import("../commands/contacts.ts");
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
        const { forgetContact } = await import("../commands/contacts.ts");
        await forgetContact(label, context);
      });
    });
}

function withMeetingOptions(command: Command): Command {
  withRelayOptions(command)
    .addOption(labelOption())
    .addOption(new Option("--as <label>", "keep the other side as a contact of this name").argParser(readLabel))
    .option("--encrypt", "seal that contact with a passphrase")
    .option("--yes", "ask nothing; only with a contact");
  return withJson(withPatience(command));
}
