import { readdirSync } from "node:fs";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { labelOf } from "../store/label-names.ts";
import { findPlaces } from "../store/places.ts";
import { bashCompletion } from "./bash-completion.ts";

/** `completion SHELL` prints a script for the shell, which asks `complete` whenever somebody presses tab. */
export function addCompletionCommands(program: Command): void {
  const name = program.name();
  const root = tab(program, { completionCommandName: "completion" });
  program.commands
    .find((command) => command.name() === "completion")
    ?.action((shell: string) => {
      if (shell === "bash") process.stdout.write(bashCompletion(name));
      else root.setup(name, name, shell);
    });
  for (const [path, { arguments: given, options }] of root.commands) {
    const command = path
      .split(" ")
      .reduce((found, part) => found?.commands.find((each) => each.name() === part), program as Command | undefined);
    for (const argument of given.values()) {
      if (argument.name === "file") argument.handler = leaveToShell;
      if (argument.name === "key") argument.handler = completeKeys;
    }
    for (const { flags, long } of command?.options ?? []) {
      const option = options.get(long?.slice(2) ?? "");
      if (option === undefined) continue;
      if (flags.endsWith("<path>")) Object.assign(option, { handler: leaveToShell, isBoolean: false });
      else if (option.handler === undefined && /<[a-z]+>$/.test(flags))
        Object.assign(option, { handler: () => undefined, isBoolean: false });
    }
  }
}

/** The library has no word for a path. To whoever asks, this one (the shell's own completion) is the whole answer. */
function leaveToShell(): void {
  process.stdout.write(":0\n");
  process.exit();
}

function completeKeys(complete: (value: string, description: string) => void): void {
  let names: string[] = [];
  try {
    names = readdirSync(findPlaces(process.env).keys);
  } catch {
    // No keys yet.
  }
  for (const name of names) if (name.endsWith(".age")) complete(labelOf(name.slice(0, -".age".length)), "");
}
