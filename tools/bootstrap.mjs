#!/usr/bin/env node
// From a fresh clone to a running workspace script, with nothing installed but Node >= 18 and npm:
//
//   node tools/bootstrap.mjs demo|setup|test
//
// installs what the lock file says with the pnpm that package.json names, then runs the scripts `build` and
// `workspace:<name>` of package.json under the workspace's own Node (the devDependency `node`).
// Plain JavaScript, because an old Node reads it.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const pnpm = ["--yes", "--prefer-offline", manifest.packageManager]; // for npx
const binaries = join(root, "node_modules", ".bin");
const onWindows = process.platform === "win32";
process.env.TURBO_TELEMETRY_DISABLED = "1";

const name = process.argv[2] ?? "";
const script = manifest.scripts[`workspace:${name}`];
if (script === undefined) {
  say(`usage: node tools/bootstrap.mjs demo|setup|test (there is no script "workspace:${name}")`);
  process.exit(2);
}

const loud = ["ignore", "inherit", "inherit"];

await install();
// Turbo calls pnpm for each package, and there may be none but the one that npx brings.
const built = await start("npx", [...pnpm, "run", "build"], { stdio: loud, shell: onWindows });
process.exitCode = built.status || (await run(script)).status;

async function install() {
  const started = Date.now();
  if (!existsSync(binaries)) say(`installing with ${manifest.packageManager}; the first time takes a minute`);
  const { status, output } = await start("npx", [...pnpm, "install", "--frozen-lockfile"], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: onWindows, // npx is a .cmd file there
  });
  if (status !== 0) {
    process.stderr.write(output);
    say(`the installation failed (exit status ${status}); what it said stands above`);
    process.exit(status);
  }
  say(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The script is one plain command: the shell becomes that command, instead of dying before it when a signal comes. */
function run(command) {
  const PATH = `${binaries}${delimiter}${process.env.PATH}`;
  return start(command, [], { stdio: loud, shell: true, env: { ...process.env, PATH } });
}

/**
 * One child in a process group of its own, so that a signal reaches all that it started exactly once,
 * whether it came from the keyboard, from npm or from `kill`. Windows has no such groups and passes Ctrl-C on by itself.
 */
function start(command, args, options) {
  const child = spawn(command, args, { cwd: root, detached: !onWindows, ...options });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const forward = (signal) => {
    if (onWindows || child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has gone by itself in this very moment.
    }
  };
  for (const signal of signals) process.on(signal, forward);

  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  return new Promise((resolve) => {
    const end = (status, message = "") => {
      for (const signal of signals) process.off(signal, forward);
      resolve({ status, output: output + message });
    };
    child.on("error", (error) => end(1, `${error.message}\n`));
    child.on("close", (status, signal) => end(status ?? 128 + constants.signals[signal]));
  });
}

function say(text) {
  process.stderr.write(`countersign: ${text}\n`);
}
