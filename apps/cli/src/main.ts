#!/usr/bin/env node
import { CommanderError } from "commander";
import { CommandError, usageError } from "./command-error.ts";
import { createProgram } from "./program.ts";
import { spellOut, spellOutLines } from "./screens/spell-out.ts";

// Somebody who reads only the code and closes the pipe has not asked for an end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommandError) {
    process.stderr.write(`countersign: ${spellOutLines(error.message)}\n`);
    end(error);
  } else if (!(error instanceof CommanderError)) {
    throw error;
  } else if (error.exitCode !== 0) {
    // Commander has said so on stderr itself. With the code 0 it was asked for help or the version.
    end(usageError("usage.command-line", error.message));
  }
}

/** Ends for what was wrong before a command could begin. */
function end({ code, message, exit }: CommandError): void {
  if (process.argv.includes("--json")) {
    process.stdout.write(`${spellOut(JSON.stringify({ event: "error", code, message, exit }))}\n`);
  }
  process.exitCode = exit;
}

// Nothing holds the program now; should a handle be left behind, it is not waited for.
setTimeout(() => process.exit(), 1_000).unref();
