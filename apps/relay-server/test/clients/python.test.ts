import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { pythonWith } from "../installed.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const python = pythonWith("websockets");

/** What the script prints about a run with this relay. */
async function run(script: string, url: string): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const environment = { PATH: process.env["PATH"], PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout } = await promisify(execFile)(python ?? "", [path, url], { env: environment, timeout: 40_000 });
  return JSON.parse(stdout);
}

describe.skipIf(python === undefined)("a client in Python (needs python3-websockets)", () => {
  const each = relayForEachTest();

  it("meets another one by an invitation, and misses nothing while its connection is gone", async () => {
    expect(await run("countersign_v1.py", each.relay.url)).toEqual({
      numbers: [1, 2, 2],
      heard: true,
      caughtUp: true,
      seen: expect.arrayContaining([
        "memberJoined",
        "memberOffline",
        "memberOnline",
        "memberFinished",
        "sessionClosed",
      ]),
      closeCodes: [1000, 1000],
    });
  });

  it("makes a key with two others as clients of mpc-websocket do", async () => {
    expect(await run("mpc_keygen.py", each.relay.url)).toEqual({
      labels: ["python", "python"],
      numbers: [1, 2, 3],
      commitments: [
        { 2: { commitment: 222 }, 3: { commitment: 333 } },
        { 1: { commitment: 111 }, 3: { commitment: 333 } },
        { 1: { commitment: 111 }, 2: { commitment: 222 } },
      ],
      shares: [
        { 2: "share of 2 for 1", 3: "share of 3 for 1" },
        { 1: "share of 1 for 2", 3: "share of 3 for 2" },
        { 1: "share of 1 for 3", 2: "share of 2 for 3" },
      ],
      closed: [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
  });
});
