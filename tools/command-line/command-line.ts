import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The values of a tool's options, and its other words. Ends the process for `--help`, and for what the tool does not know. */
export function commandLine<Given extends Options>(usage: string, options: Given) {
  const all: Given & { help: { type: "boolean" } } = { ...options, help: { type: "boolean" } };
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: all });
    if (!("help" in values)) return { values, positionals };
  } catch (error) {
    misused(`${(error as Error).message}\n\n${usage}`);
  }
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** Ends the process of a tool that was called in a way that means nothing. */
export function misused(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
