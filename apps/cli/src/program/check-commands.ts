import { type Command, Option } from "commander";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { StatusFlags } from "../commands/status.ts";
import { limits } from "../limits.ts";
import { readParties, readThreshold } from "../options.ts";
import { start, withGlobals, withJson, withPatience, withRelayOptions } from "./common-options.ts";
import { withPassphrase } from "./key-commands.ts";

/** What looks at things and changes nothing. */
export function addCheckCommands(program: Command): void {
  addStatus(program);
  addDoctor(program);
  addRehearse(program);
  addVerifyRecord(program);
}

function addStatus(program: Command): void {
  const command = program
    .command("status")
    .description("where the ceremonies stand that run on this machine; with a key, what its other holders say")
    .argument("[key]", "its label, or the beginning of its id")
    .option("--watch", "go on until they end, or with a key until Ctrl-C; the default at a terminal")
    .option(
      "--no-watch",
      `show it once; with a key, listen ${limits.lookOnce / 1000} seconds at most for who proposes what is open`,
    );
  withPassphrase(withPatience(withRelayOptions(command))).action(
    async (key: string | undefined, flags: StatusFlags) => {
      const title = key === undefined ? {} : { title: "countersign status" };
      await start({ ...title, json: flags.json }, async (context) => {
        if (key === undefined) {
          const { status } = await import("../commands/status.ts");
          await status(flags, context);
        } else {
          const { keyStatus } = await import("../commands/key-status.ts");
          await keyStatus(key, withGlobals(program, flags), context);
        }
      });
    },
  );
}

function addVerifyRecord(program: Command): void {
  const command = program
    .command("verify-record")
    .description("check the record of a ceremony, without any relay: its hash chain, and the signature of every party")
    .argument("<file>", "what a ceremony wrote");
  withJson(command).action(async (file: string, flags: { json?: boolean }) => {
    await start({ json: flags.json }, async (context) => {
      const { verifyRecordFile } = await import("../commands/verify-record.ts");
      await verifyRecordFile(file, context);
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

function addRehearse(program: Command): void {
  const command = program
    .command("rehearse")
    .description("the whole ceremony with throw-away keys, all parties on this machine, at the relay")
    .addOption(partiesOption().default(3))
    .addOption(thresholdOption().default(2));
  withJson(withRelayOptions(command)).action(async (flags: DoctorFlags) => {
    await start({ json: flags.json }, async (context) => {
      const { rehearse } = await import("../commands/rehearse.ts");
      await rehearse(withGlobals(program, flags), context);
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
