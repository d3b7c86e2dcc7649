import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { appended } from "@countersign/relay";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WorkerStore } from "../src/store/worker-store.ts";
import { body, Client, member, text, uuid } from "./client.ts";
import { placesOf } from "./installed.ts";
import { ManualClock } from "./manual-clock.ts";
import { RelayProcess } from "./relay-process.ts";

let directory: string;
const running: RelayProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.kill("SIGKILL")));
  rmSync(directory, { recursive: true, force: true });
});

async function serve(environment: NodeJS.ProcessEnv = {}): Promise<RelayProcess & { url: string }> {
  const relay = await RelayProcess.serving(["--listen", "127.0.0.1:0", "--data", directory], environment);
  running.push(relay);
  return relay;
}

const message = (cseq: number, bytes: number) => ({
  session: uuid(2),
  cseq,
  envelopes: [{ to: 0, body: body(`m${cseq}`.padEnd(bytes, ".")) }],
});

/** Waits until a page is answered with a status. */
async function status(url: string, expected: number): Promise<void> {
  while ((await fetch(url)).status !== expected);
}

describe.skipIf(placesOf("prlimit").length === 0)(
  "a relay that may not write any more (needs prlimit, of util-linux)",
  () => {
    it("refuses, is not ready, and serves again by itself once it may; nothing acknowledged is lost", async () => {
      const relay = await serve();
      const ready = `${relay.url.replace("ws:", "http:")}/readyz`;
      const limit = (bytes: string) => execFileSync("prlimit", ["--pid", `${relay.child.pid}`, `--fsize=${bytes}:`]);
      const a = await Client.connect(relay.url);
      await a.call("Session.open", member(1));
      await a.call("Session.message", message(1, 10));
      await status(ready, 200);

      limit("1");
      await expect(a.call("Session.message", message(2, 40_000))).rejects.toThrow("relay.unavailable");
      await expect(a.call("Session.message", message(2, 40_000))).rejects.toThrow("relay.unavailable");
      await status(ready, 503);
      limit("unlimited");
      await status(ready, 200);
      expect(await a.call("Session.message", message(2, 40_000))).toEqual({ seq: 3 });
      await a.close();
      await relay.kill("SIGKILL");

      const b = await Client.connect((await serve()).url);
      await b.call("Session.open", member(2));
      await b.until(() => b.bodies().length === 2);
      expect(b.bodies().map((one) => text(one).replaceAll(".", ""))).toEqual(["m1", "m2"]);
      await b.close();
    });
  },
);

/** A worker that does what a script says instead of what a store is for. */
function storeOf(script: string) {
  const broken: string[] = [];
  const counts = { failed: 0 };
  const worker = new Worker(`const { parentPort } = require("node:worker_threads"); ${script}`, { eval: true });
  const store = new WorkerStore(worker, new Int32Array(new SharedArrayBuffer(8)), {
    meter: { committed: () => undefined, storeFailed: () => counts.failed++ },
    clock: new ManualClock(),
    broken: (error) => broken.push(error.message),
  });
  return { store, broken, counts };
}

describe("a store whose thread ends", () => {
  for (const [how, script, reason] of [
    ["by an error", `parentPort.on("message", () => { throw new Error("planted") })`, "planted"],
    ["without a word", `parentPort.on("message", () => process.exit(0))`, "without a reason"],
  ] as const) {
    it(`acknowledges nothing more and says that it is broken: ${how}`, async () => {
      const { store, broken, counts } = storeOf(script);
      const heard: string[] = [];
      store.subscribe((log) => heard.push(log));
      const sentence = `the thread of the store has ended: ${reason}`;
      const steps = [appended(store, "a", "e1"), store.read("a", 0, 9)];
      for (const step of steps) await expect(step).rejects.toThrow(sentence);
      await expect(appended(store, "a", "e2")).rejects.toThrow(sentence);
      await store.close();
      expect({ heard, broken, ...counts }).toEqual({ heard: [], broken: [sentence], failed: 1 });
    });
  }

  it("ends the relay, which says why and exits with an error", async () => {
    const hook = join(directory, "hook.mjs");
    const signal = join(directory, "now");
    writeFileSync(
      hook,
      `import { existsSync } from "node:fs";
       import { isMainThread } from "node:worker_threads";
       const look = () => { if (existsSync(${JSON.stringify(signal)})) throw new Error("planted") };
       const { wait } = Atomics;
       // All that it does with nothing to do is to wait for a second.
       if (!isMainThread) Atomics.wait = (...given) => (look(), wait(...given));`,
    );
    const relay = await serve({ NODE_OPTIONS: `--import=${hook}` });
    const client = await Client.connect(relay.url);
    await client.call("Session.open", member(1));
    writeFileSync(signal, "");
    const { code, stderr } = await relay.exit();
    expect(code).not.toBe(0);
    const fatal = stderr.split("\n").find((line) => line.includes('"level":60'));
    expect(JSON.parse(fatal ?? "{}")).toMatchObject({ reason: "the thread of the store has ended: planted" });
    await client.close();
  });
});
