import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const BIN = new URL("../dist/main.js", import.meta.url).pathname;
let home: string;
let files: string;

/** A program that can be found by its name, asks ours what to offer, and else shows how the shell has called it. */
const SHIM = `#!/bin/sh
if [ "$1" = complete ]; then exec "${process.execPath}" "${BIN}" "$@"; fi
printf '<%s>' "$@"; echo
`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-shells-"));
  files = join(home, "files");
  for (const folder of ["keys", "bin", "files"]) await mkdir(join(home, folder));
  for (const key of ["treasury", "my%20key", "a%3Ab"]) await writeFile(join(home, "keys", `${key}.age`), "");
  for (const file of ["treasury.record.json", "two words.psbt"]) await writeFile(join(files, file), "");
  await writeFile(join(home, "bin", "countersign"), SHIM, { mode: 0o755 });
});
afterAll(async () => {
  await rm(home, { recursive: true });
});

function run(program: string, args: readonly string[], input = ""): { stdout: string; stderr: string } {
  const env = {
    PATH: `${join(home, "bin")}:${process.env["PATH"]}`,
    HOME: home,
    COUNTERSIGN_HOME: home,
    LC_ALL: "C.UTF-8",
    INPUTRC: "/dev/null",
    TERM: "dumb",
    PS1: "",
  };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: files, env, input, encoding: "utf8" });
  expect({ program, status }).toEqual({ program, status: 0 });
  return { stdout, stderr };
}

async function script(shell: string): Promise<string> {
  const path = join(home, `script.${shell}`);
  await writeFile(path, run(process.execPath, [BIN, "completion", shell]).stdout);
  return path;
}

/** What the shim was called with, each time. */
const calls = (output: string) => [...output.matchAll(/^<(.*)>\r?$/gm)].map(([, words = ""]) => words.split("><"));

/** Types the lines, each with a tab and a line's end behind it, into a bash that reads nothing at its start. */
async function inBash(...lines: readonly string[]): Promise<{ called: string[][]; stderr: string }> {
  const path = await script("bash");
  // Twice, as where it is read at the start and found again by the package bash-completion.
  const typed = [`source ${path}`, `source ${path}`, ...lines.map((line) => `${line}\t`), "exit 0", ""].join("\n");
  const { stdout, stderr } = run("bash", ["--norc", "--noprofile", "-i"], typed);
  return { called: calls(stdout), stderr };
}

/** The same in a zsh, which has to have a terminal. */
async function inZsh(...lines: readonly string[]): Promise<{ called: string[][] }> {
  await writeFile(join(home, "_countersign"), run(process.execPath, [BIN, "completion", "zsh"]).stdout);
  const typed = lines.map((line) => `zpty -w shell '${line}'$'\\t'\n`).join("");
  const { stdout } = run("zsh", [
    "-f",
    "-c",
    `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; fpath=(${home} $fpath); autoload -Uz compinit; compinit -u -D'
${typed}zpty -w shell exit
while zpty -r shell line; do print -r -- "$line"; done
exit 0`,
  ]);
  return { called: calls(stdout) };
}

async function inFish(line: string): Promise<readonly string[]> {
  const path = await script("fish");
  return run("fish", ["--no-config", "-c", `source ${path}; complete -C '${line}'`])
    .stdout.trim()
    .split("\n");
}

const missing = (shell: string) => spawnSync(shell, ["--version"]).status !== 0;

describe("in bash, at a tab", () => {
  it("names of files are completed, and those of keys, without the package bash-completion", async () => {
    const { called, stderr } = await inBash(
      "countersign verify-record trea",
      "countersign sign treasury two",
      "countersign backup --passphrase-file trea",
      "countersign backup --passphrase-file=two",
      "countersign keyg",
      "countersign sign tre",
      "countersign sign my",
      "countersign sign a:",
      "countersign keygen --suite=e",
    );
    expect(called).toEqual([
      ["verify-record", "treasury.record.json"],
      ["sign", "treasury", "two words.psbt"],
      ["backup", "--passphrase-file", "treasury.record.json"],
      ["backup", "--passphrase-file=two words.psbt"],
      ["keygen"],
      ["sign", "treasury"],
      ["sign", "my key"],
      ["sign", "a:b"],
      ["keygen", "--suite=ed25519"],
    ]);
    expect(stderr).not.toMatch(/not found|readonly|error/);
  });

  it("no name of a file is offered where none is wanted", async () => {
    const { called } = await inBash("countersign sign two", "countersign keygen --label two");
    expect(called).toEqual([
      ["sign", "two"],
      ["keygen", "--label", "two"],
    ]);
  });

  it("nothing that stands in the line is run", async () => {
    const { called } = await inBash(`countersign sign treasury $(touch ran) two\t\x15countersign send r`);
    expect(called).toEqual([["send", "r"]]);
  });
});

describe("in other shells, at a tab", () => {
  it.skipIf(missing("zsh"))("zsh completes names of files (needs zsh, which is not installed)", async () => {
    const { called } = await inZsh(
      "countersign verify-record trea",
      "countersign sign treasury two",
      "countersign sign tre",
    );
    expect(called).toEqual([
      ["verify-record", "treasury.record.json"],
      ["sign", "treasury", "two words.psbt"],
      ["sign", "treasury"],
    ]);
  });

  it.skipIf(missing("fish"))("fish completes names of files (needs fish, which is not installed)", async () => {
    expect(await inFish("countersign verify-record trea")).toEqual(["treasury.record.json"]);
    expect(await inFish("countersign sign treasury two")).toEqual(["two words.psbt"]);
    expect(await inFish("countersign sign tre")).toEqual(["treasury"]);
  });
});
