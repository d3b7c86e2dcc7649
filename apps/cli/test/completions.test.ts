import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const BIN = new URL("../dist/main.js", import.meta.url).pathname;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-completions-"));
  await mkdir(join(home, "keys"));
  for (const key of ["treasury", "tr%C3%A9sor"]) await writeFile(join(home, "keys", `${key}.age`), "");
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

function countersign(...args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [BIN, ...args], {
    env: { PATH: process.env["PATH"], COUNTERSIGN_HOME: home },
    encoding: "utf8",
  });
  expect(status).toBe(0);
  return stdout;
}

/** What is offered, without the descriptions, and what the shell is to do besides. */
function complete(...words: readonly string[]): readonly string[] {
  return countersign("complete", "--", ...words)
    .trim()
    .split("\n")
    .map((line) => line.split("\t")[0] ?? "");
}

describe("at a tab", () => {
  it("commands, options and keys are offered", () => {
    expect(complete("ke")).toEqual(["keygen", "keys", ":4"]);
    expect(complete("keygen", "--th")).toEqual(["--threshold", ":4"]);
    expect(complete("keygen", "--suite", "")).toEqual(["secp256k1-taproot", "ed25519", ":4"]);
    expect([...complete("sign", "tr")].sort()).toEqual([":4", "treasury", "trésor"]);
    expect(complete("contacts", "")).toEqual(["list", "forget", "help", ":4"]);
  });

  it("files are left to the shell", () => {
    expect(complete("send", "")).toEqual([":0"]);
    expect(complete("sign", "treasury", "pay")).toEqual([":0"]);
    expect(complete("backup", "--passphrase-file", "")).toEqual([":0"]);
  });
});

describe.each([
  ["bash", ["-n"]],
  ["zsh", ["-n"]],
  ["fish", ["--no-execute"]],
] as const)("for %s", (shell, check) => {
  const installed = spawnSync(shell, ["--version"]).status === 0;
  it.skipIf(!installed)(`there is a script that it reads (needs ${shell}, which is not installed)`, async () => {
    const path = join(home, "script");
    await writeFile(path, countersign("completion", shell));
    const { status, stderr } = spawnSync(shell, [...check, path], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
