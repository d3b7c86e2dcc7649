import { type Command, Option } from "commander";
import type { DoctorFlags } from "../commands/doctor.ts";
import { readParties, readThreshold } from "../options.ts";
import { start, withGlobals, withJson, withRelayOptions } from "./common-options.ts";

/** What looks at things and changes nothing. */
export function addCheckCommands(program: Command): void {
  addDoctor(program);
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
