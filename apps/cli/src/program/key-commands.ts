import type { Network } from "@countersign/signing";
import { type Command, Option } from "commander";
import type { KeyFlags } from "../commands/key-passphrase.ts";
import type { RestoreFlags } from "../commands/restore.ts";
import { readLabel } from "../options.ts";
import { networkOption, start, withJson } from "./common-options.ts";

/** `keys`, `backup`, `restore`: shares of keys that lie here. */
export function addKeyCommands(program: Command): void {
  addKeys(program);
  addBackup(program);
  addRestore(program);
}

function addKeys(program: Command): void {
  const command = program
    .command("keys")
    .description("list the keys of which you hold a share; or open one share, and show the key with its address")
    .argument("[key]", "its label, or the beginning of its id")
    .addOption(networkOption());
  withPassphrase(command).action(async (key: string | undefined, flags: KeyFlags & { network?: Network }) => {
    const title = key === undefined ? {} : { title: "countersign keys" };
    await start({ ...title, json: flags.json }, async (context) => {
      const { listKeys, showOneKey } = await import("../commands/keys.ts");
      if (key === undefined) await listKeys(flags, context);
      else await showOneKey(key, flags, context);
    });
  });
}

function addBackup(program: Command): void {
  const command = program
    .command("backup")
    .description("write a copy of your share of a key, sealed by the same passphrase")
    .argument("<key>", "its label, or the beginning of its id")
    .argument("<file>", "a new file; nothing is overwritten");
  withPassphrase(command).action(async (key: string, file: string, flags: KeyFlags) => {
    await start({ title: "countersign backup", json: flags.json }, async (context) => {
      const { backup } = await import("../commands/backup.ts");
      await backup(key, file, { flags, context });
    });
  });
}

function addRestore(program: Command): void {
  const command = program
    .command("restore")
    .description("take your share of a key from a backup")
    .argument("<file>", "what backup wrote")
    .addOption(new Option("--label <name>", "what to call the key here").argParser(readLabel));
  withPassphrase(command).action(async (file: string, flags: RestoreFlags) => {
    await start({ title: "countersign restore", json: flags.json }, async (context) => {
      const { restore } = await import("../commands/restore.ts");
      await restore(file, flags, context);
    });
  });
}

/** Where the passphrase of a share comes from, if it is not asked for. */
export function withPassphrase(command: Command): Command {
  return withJson(command.option("--passphrase-file <path>", "a file with the passphrase in its first line"));
}
