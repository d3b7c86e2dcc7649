import { type Command, Option } from "commander";
import type { ApproveFlags } from "../commands/approve.ts";
import type { NewKeyFlags } from "../commands/ceremony-flags.ts";
import type { KeygenFlags } from "../commands/keygen.ts";
import type { SignFlags } from "../commands/sign.ts";
import { readCodeLife, readLabel, readSigners, readWords } from "../options.ts";
import { partiesOption, thresholdOption } from "./check-commands.ts";
import { networkOption, start, withGlobals, withPatience, withRelayOptions } from "./common-options.ts";
import { withPassphrase } from "./key-commands.ts";

/** `keygen`, `join`, `sign`, `approve`: several people make a key, and use it. */
export function addCeremonyCommands(program: Command): void {
  addKeygen(program);
  addJoin(program);
  addSign(program);
  addApprove(program);
}

function addKeygen(program: Command): void {
  const command = program
    .command("keygen")
    .description("make a key together with all who come by the code that is shown: nobody ever has it alone")
    .addOption(partiesOption().makeOptionMandatory())
    .addOption(thresholdOption().makeOptionMandatory())
    .addOption(new Option("--code-life <seconds>", "how long the code is good (default: 600)").argParser(readCodeLife))
    .addOption(new Option("--words <number>", "words of the code, 4 to 16 (default: 4)").argParser(readWords))
    .option("--no-qr", "show no QR code");
  withNewKey(command).action(async (flags: KeygenFlags & { qr: boolean }) => {
    await start({ title: "countersign keygen", json: flags.json, qr: flags.qr }, async (context) => {
      const { keygen } = await import("../commands/keygen.ts");
      await keygen(withGlobals(program, flags), context);
    });
  });
}

function addJoin(program: Command): void {
  const command = program
    .command("join")
    .description("take part in making a key")
    .argument("[code]", "the code or its link; asked for if it is not given");
  withNewKey(command).action(async (code: string | undefined, flags: NewKeyFlags) => {
    await start({ title: "countersign join", json: flags.json }, async (context) => {
      const { join } = await import("../commands/join.ts");
      await join(code, withGlobals(program, flags), context);
    });
  });
}

function addSign(program: Command): void {
  const command = program
    .command("sign")
    .description("propose something to the other holders of a key, and sign it with them")
    .argument("<key>", "its label, or the beginning of its id")
    .argument("[file]", "a PSBT, binary or base64")
    .option("--message <text>", "sign a text instead")
    .option("--message-file <path>", "sign what is in a file, whatever it is")
    .addOption(new Option("--signers <number>", "how many sign (default: the threshold)").argParser(readSigners));
  withSigning(command).action(async (key: string, file: string | undefined, flags: SignFlags) => {
    await start({ title: "countersign sign", json: flags.json }, async (context) => {
      const { sign } = await import("../commands/sign.ts");
      await sign(key, file, { flags: withGlobals(program, flags), context });
    });
  });
}

function addApprove(program: Command): void {
  const command = program
    .command("approve")
    .description("sign what another holder of a key proposes, now or as soon as somebody does")
    .argument("[key]", "its label, or the beginning of its id; not needed if there is only one")
    .option("--watch", "go on to the next proposal, and show what others have signed");
  withSigning(command).action(async (key: string | undefined, flags: ApproveFlags) => {
    await start({ title: "countersign approve", json: flags.json }, async (context) => {
      const { approve } = await import("../commands/approve.ts");
      await approve(key, withGlobals(program, flags), context);
    });
  });
}

function withNewKey(command: Command): Command {
  command
    .addOption(new Option("--label <name>", "what to call the key here (default: by its id)").argParser(readLabel))
    .addOption(new Option("--name <name>", "what the others see of you").argParser(readLabel))
    .addOption(
      new Option("--suite <suite>", "what the key is for; all have to say the same")
        .choices(["secp256k1-taproot", "ed25519"])
        .default("secp256k1-taproot"),
    );
  return withCeremony(command);
}

function withSigning(command: Command): Command {
  command
    .option("--out <path>", "where the result goes; nothing is overwritten")
    .option("--yes", "ask nothing: whatever is proposed is signed");
  return withCeremony(command);
}

function withCeremony(command: Command): Command {
  return withPassphrase(withPatience(withRelayOptions(command.addOption(networkOption()))));
}
