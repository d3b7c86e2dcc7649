#!/usr/bin/env node
import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { ExitStatus } from "./exit-status.ts";
import { createProgram } from "./program.ts";

// Somebody who reads only the code and closes the pipe has not asked for an end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? ExitStatus.ok : ExitStatus.usage;
  } else if (error instanceof CommandError) {
    process.stderr.write(`countersign: ${error.message}\n`);
    process.exitCode = error.exit;
  } else throw error;
}
// Nothing holds the program now; should a handle be left behind, it is not waited for.
setTimeout(() => process.exit(), 1_000).unref();
