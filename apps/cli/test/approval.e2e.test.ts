import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { statuses } from "./cast.ts";
import { troupeForAllTests } from "./troupe.ts";

vi.setConfig({ testTimeout: 180_000 });

const BIN = new URL("../dist/main.js", import.meta.url).pathname;
/** Runs a program at a terminal of its own, so wide that nothing is broken. */
const TERMINAL = `import pty, sys
pty.spawn(["/bin/sh", "-c", 'stty cols 120 rows 40; exec "$@"', "sh", *sys.argv[1:]])`;

const hasTerminals = ((): boolean => {
  try {
    execFileSync("python3", ["-c", "import pty"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const troupe = troupeForAllTests();

/** What a terminal has shown. */
class Seen {
  text = "";
  private wake = () => {};

  constructor({ stdout }: ChildProcess) {
    stdout?.on("data", (bytes: Buffer) => {
      this.text += bytes.toString();
      this.wake();
    });
  }

  async find(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}

describe.skipIf(!hasTerminals)("a yes at a terminal (needs python3, which is not installed)", () => {
  it("is to what is shown: the question goes with a proposal that is taken back, and the next one is shown first", async () => {
    await troupe().makeKey();
    const { stage } = troupe();
    const cwd = await stage.home("bob");
    const env = { PATH: process.env["PATH"], COUNTERSIGN_RELAY: stage.url, COUNTERSIGN_HOME: `${cwd}/.countersign` };
    const command = [BIN, "approve", "treasury", "--watch", "--passphrase-file", "passphrase"];
    const bob = spawn("python3", ["-c", TERMINAL, process.execPath, ...command], { cwd, env });
    try {
      const seen = new Seen(bob);
      await seen.find(/proposal to sign/);
      const first = await troupe().run("alice", "sign", "treasury", "--message", "pay the piper");
      await seen.find(/pay the piper.*Is this what you want to sign/s);
      first.kill("SIGINT");
      await seen.find(/alice ended it/);
      const second = await troupe().run("alice", "sign", "treasury", "--message", "pay the viper", "--yes");
      await seen.find(/pay the viper.*Is this what you want to sign/s);
      bob.stdin.write("no\r");
      expect(await statuses(first, second)).toEqual([130, 4]);
    } finally {
      bob.kill("SIGKILL");
    }
  });
});
