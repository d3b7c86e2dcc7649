import { type Command, Option } from "commander";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { StatusFlags } from "../commands/status.ts";
import { readParties, readThreshold } from "../options.ts";
import { start, withGlobals, withJson, withRelayOptions } from "./common-options.ts";

/** What looks at things and changes nothing. */
export function addCheckCommands(program: Command): void {
  addStatus(program);
  addDoctor(program);
}

function addStatus(program: Command): void {
  const command = program
    .command("status")
    .description("where the ceremonies stand that run on this machine: who is there, in which round, waited for")
    .option("--watch", "go on until they end; the default at a terminal")
    .option("--no-watch", "show it once");
  withJson(command).action(async (flags: StatusFlags) => {
    await start({ json: flags.json }, async (context) => {
      const { status } = await import("../commands/status.ts");
      await status(flags, context);
    });
  });
}

function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check relay, clock, disk and parameters, before any secret exists")
    .addOption(partiesOption().default(3))
    .addOption(thresholdOption().default(2));
  withJson(withRelayOptions(command)).action(async (flags: DoctorFlags) => {
    await start({ json: flags.json }, async (context) => {
      const { doctor } = await import("../commands/doctor.ts");
      await doctor(withGlobals(program, flags), context);
    });
  });
}

/** How many hold a share. */
export function partiesOption(): Option {
  return new Option("--parties <number>", "how many hold a share").argParser(readParties);
}

/** How many of them are needed. */
export function thresholdOption(): Option {
  return new Option("--threshold <number>", "how many of them are needed to sign").argParser(readThreshold);
}
