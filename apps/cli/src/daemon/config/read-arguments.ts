import { ConfigError, type Given, GivenBuilder } from "./given.ts";
import { findOption } from "./options.ts";

/** A command line: options up to the first word that is none, and the words from there on. */
export interface CommandLine {
  readonly given: Given;
  readonly words: readonly string[];
  readonly wantsHelp: boolean;
}

const SOURCE = "command line";

/** Reads options in the style of Bitcoin Core: one dash or two, and `=` before the value. Throws `ConfigError`. */
export function readCommandLine(args: readonly string[], reader: "daemon" | "client"): CommandLine {
  const builder = new GivenBuilder();
  const end = args.findIndex((arg) => !arg.startsWith("-"));
  const flags = end === -1 ? args : args.slice(0, end);
  let wantsHelp = false;
  for (const flag of flags) {
    const [, name = "", value] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(flag) ?? [];
    if (name === "help" || name === "h" || name === "?") wantsHelp = true;
    else if (isOfOther(name, reader)) throw new ConfigError(`${SOURCE}: ${name} is no option of the ${reader}`);
    else builder.add(name, value, SOURCE);
  }
  return { given: builder.given, words: end === -1 ? [] : args.slice(end), wantsHelp };
}

function isOfOther(name: string, reader: "daemon" | "client"): boolean {
  const option = findOption(name) ?? findOption(name.replace(/^no/, ""));
  return option !== undefined && option.of !== reader && option.of !== "both";
}
