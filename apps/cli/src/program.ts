import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addCeremonyCommands } from "./program/ceremony-commands.ts";
import { addCheckCommands } from "./program/check-commands.ts";
import { relayOption } from "./program/common-options.ts";
import { addCompletionCommands } from "./program/completion-commands.ts";
import { addKeyCommands } from "./program/key-commands.ts";
import { addServiceCommands } from "./program/service-commands.ts";
import { addSessionCommands } from "./program/session-commands.ts";
import { addTransferCommands } from "./program/transfer-commands.ts";

const EXIT_STATUSES = `
Exit status: 0 done, 1 error, 2 usage, 3 the other side is absent or too late,
4 declined, 5 relay not reachable, 6 wrong code or words that differ, 130 Ctrl-C.`;

/** The command line. What a command needs beyond it is loaded when the command runs. */
export function createProgram(): Command {
  const program = new Command("countersign")
    .description("People who trust neither network nor relay make a key together, sign with it, and pass files.")
    .version(manifest.version)
    .addOption(relayOption())
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(see "countersign --help")')
    .addHelpText("after", EXIT_STATUSES);
  addCeremonyCommands(program);
  addKeyCommands(program);
  addTransferCommands(program);
  addSessionCommands(program);
  addCheckCommands(program);
  addServiceCommands(program);
  addCompletionCommands(program);
  return program;
}
