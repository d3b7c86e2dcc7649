import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { statuses } from "./cast.ts";
import type { Program } from "./program.ts";
import { troupeForAllTests } from "./troupe.ts";

vi.setConfig({ testTimeout: 180_000 });

const troupe = troupeForAllTests();

/** Carol looks at the key. */
function look(...more: readonly string[]): Promise<Program> {
  return troupe().run("carol", "status", "treasury", ...more);
}

/** Alice proposes a text, and waits for somebody. */
async function propose(...more: readonly string[]): Promise<Program> {
  await writeFile(join(troupe().home("alice"), "hello.txt"), "hello");
  const alice = await troupe().run("alice", "sign", "treasury", "--message-file", "hello.txt", ...more);
  await alice.stderr.find(/Waiting for the others/);
  return alice;
}

describe("who looks at a key once", () => {
  it("sees that nobody proposes anything, and is done", async () => {
    await troupe().makeKey();
    const plain = await look("--no-watch");
    expect(await statuses(plain)).toEqual([0]);
    expect(plain.stderr.all.at(-1)).toBe("Nobody proposes anything to sign with treasury now.");
    // Without a terminal once is what is meant.
    const json = await look("--json");
    expect(await statuses(json)).toEqual([0]);
    expect(JSON.parse(json.stdout.all.at(-1) ?? "")).toEqual({ event: "key-status", key: "treasury", signings: [] });
  });

  it("sees who proposes what, and how many are there, also if it was proposed before", async () => {
    const alice = await propose();
    const [plain, json] = await Promise.all([look("--no-watch"), look("--json")]);
    expect(await statuses(plain, json)).toEqual([0, 0]);
    expect(plain.stderr.all.at(-1)).toBe("alice proposes to sign with treasury: text hello.txt; 1 of 2 are there.");
    expect(JSON.parse(json.stdout.all.at(-1) ?? "")).toMatchObject({
      signings: [{ running: false, parties: 2, joined: 1, from: "alice", kind: "text", name: "hello.txt" }],
    });
    alice.kill("SIGINT");
    await alice.exit;
  });

  it("is told when the relay is not there", async () => {
    const carol = await look("--no-watch", "--relay", "ws://127.0.0.1:1");
    expect(await statuses(carol)).toEqual([5]);
  });
});

describe("who listens to those who have a key", () => {
  it("hears who has cancelled a proposal, and which came to nothing", async () => {
    const carol = await look("--watch");
    await carol.stderr.find(/Waiting for what is said/);
    const cancelled = await propose();
    await carol.stderr.find(/^alice proposes to sign with treasury: text hello.txt\.$/);
    cancelled.kill("SIGINT");
    await carol.stderr.find(/^alice has cancelled the proposal to sign with treasury: text hello.txt\.$/);
    const late = await propose("--wait", "1");
    await carol.stderr.find(/^What alice proposed to sign with treasury came to nothing: text hello.txt\.$/);
    expect(await statuses(cancelled, late)).toEqual([130, 3]);
    carol.kill("SIGINT");
    expect(await statuses(carol)).toEqual([130]);
  });

  it("is done after --wait, well if there was something to hear", async () => {
    expect(await statuses(await look("--wait", "1"))).toEqual([3]);
    const alice = await propose();
    // Longer than between two notes of a proposal.
    expect(await statuses(await look("--wait", "13"))).toEqual([0]);
    alice.kill("SIGINT");
    await alice.exit;
  });
});
