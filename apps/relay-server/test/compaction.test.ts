import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { appended, createMemoryStore, type LogRecord, type LogStore } from "@countersign/relay";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placesOf } from "./installed.ts";
import { roundOf } from "./killed-store.ts";
import { damageRecord } from "./on-database.ts";
import { OpenedStore } from "./opened-store.ts";

let directory: string;
let store: OpenedStore;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  store = new OpenedStore(directory);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  try {
    store.close();
  } catch {
    // The test has done so.
  }
  rmSync(directory, { recursive: true, force: true });
});

const LARGE = "x".repeat(1_000);
const ROUNDS = 40;
const KILLS = 8;

/** What stays has a record in each transaction, between fifteen times as much that goes. */
function fill(): void {
  for (let round = 1; round <= ROUNDS; round++) {
    const going = Array.from({ length: 15 }, () => ["going", LARGE] as const);
    store.run(...going.slice(7), ["stays", `s${round}`], ...going.slice(0, 7));
  }
  store.settle();
}

const staying = Array.from({ length: ROUNDS }, (_, i) => ({ position: i + 1, entry: `s${i + 1}` }));

function reopen(kept?: number, full?: number): void {
  store.close();
  store = new OpenedStore(directory, kept, full);
}

describe("a database of which most is dead", () => {
  it("is made smaller, and has what lives where it was", () => {
    fill();
    const before = store.size;
    expect(store.tidy()).toBe(0);
    store.trim("going", 10_000, [3, 400]);
    store.settle();
    const going = [3, 400].map((position) => ({ position, entry: LARGE }));
    expect(store.tidy()).toBeGreaterThan(1);
    expect(store.size).toBeLessThan(before / 30);
    for (const _ of [1, 2]) {
      expect([store.read("stays"), store.read("going")]).toEqual([staying, going]);
      expect(store.scan()).toEqual({ logs: { going, stays: staying }, damaged: [] });
      reopen();
    }
    expect(store.do("stays", "more")).toBe(ROUNDS + 1);
    expect(store.do("going", "more")).toBe(15 * ROUNDS + 1);
  });

  it("has no row for what was gone before it was written", () => {
    fill();
    const rows = () => store.database.prepare("SELECT count(*) AS n FROM bundles").get()?.["n"];
    const before = rows();
    store.run(["short", LARGE], ["short", { type: "trim", before: 10, keep: [] }]);
    store.run(["short", LARGE]);
    store.trim("short", 10);
    store.settle();
    expect(rows()).toBe(before);
  });

  it("is left alone while little is", () => {
    reopen(2 * 15 * ROUNDS * LARGE.length);
    fill();
    const before = store.size;
    store.trim("going", 10_000, [3]);
    store.settle();
    expect(store.tidy()).toBe(0);
    expect(store.size).toBeGreaterThan(before - 20_000);
    // It counts from the beginning what was dead before.
    reopen(ROUNDS * LARGE.length);
    store.scan();
    expect(store.tidy()).toBeGreaterThan(0);
  });

  it("stays what it was if it cannot be written", () => {
    fill();
    store.trim("going", 10_000, [3]);
    store.settle();
    const before = store.size;
    store.database.exec(
      "CREATE TEMP TRIGGER fault BEFORE UPDATE ON main.bundles WHEN new.id % 7 = 0 BEGIN SELECT raise(ABORT, 'full'); END",
    );
    expect(store.tidy()).toBe(0);
    expect(store.size).toBe(before);
    expect(store.scan().logs["stays"]).toEqual(staying);
    store.database.exec("DROP TRIGGER fault");
    expect(store.do("stays", "more")).toBe(ROUNDS + 1);
    reopen();
    expect(store.read("stays", 0, ROUNDS)).toEqual(staying);
    expect(store.tidy()).toBeGreaterThan(0);
  });

  it("has nothing made right that was damaged", () => {
    fill();
    store.trim("going", 10_000, [3]);
    store.settle();
    store.close();
    damageRecord(directory, "stays", 20);
    store = new OpenedStore(directory);
    const found = {
      logs: { going: [{ position: 3, entry: LARGE }], stays: staying.toSpliced(19, 1) },
      damaged: ["stays"],
    };
    expect(store.scan()).toEqual(found);
    expect(store.tidy()).toBeGreaterThan(0);
    expect(store.scan()).toEqual(found);
    reopen();
    expect(store.scan()).toEqual(found);
    expect(store.read("stays")).toMatchObject({ damaged: true });
    expect(store.read("going")).toEqual(found.logs.going);
  });

  it("has everything that was acknowledged, however often it is killed while it is made smaller", async () => {
    store.close();
    const model = createMemoryStore();
    let [done, sum] = [0, 0];
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await roundsUntilKilled(done + 1, 3 + ((kill * 5) % 11));
      for (; done < acknowledged; ) await applyRound(model, ++done);
      store = new OpenedStore(directory);
      const found = store.scan();
      // What was under way may be there as well, but only as a whole.
      if (JSON.stringify(found) !== JSON.stringify(await scanned(model))) await applyRound(model, ++done);
      expect(found).toEqual(await scanned(model));
      sum += store.size;
      store.close();
    }
    expect(done).toBeGreaterThan(30);
    // Of some 500 KB that came and went.
    expect(sum / KILLS).toBeLessThan(120_000);
  });
});

describe.skipIf(placesOf("prlimit").length === 0)(
  "a database that cannot be written (needs prlimit, of util-linux)",
  () => {
    it("leaves in the journal what comes, then refuses, and nothing that it took is lost or there twice", () => {
      const limit = (bytes: number | "unlimited") =>
        execFileSync("prlimit", ["--pid", `${process.pid}`, `--fsize=${bytes}:`]);
      reopen(1_000 * MIB, MIB);
      let taken = 0;
      const append = () => {
        const { failed } = store.run(...Array.from({ length: 16 }, () => ["a", "x".repeat(MIB / 16)] as const));
        store.tidy();
        if (!failed) taken++;
        return !failed;
      };
      for (let mib = 0; mib < 30; mib++) expect(append()).toBe(true);
      try {
        // More than the files of this journal ever have.
        limit(6 * MIB);
        const took = Array.from({ length: 24 }, append);
        expect(took.indexOf(false)).toBeGreaterThan(0);
        expect(took.at(-1)).toBe(false);
      } finally {
        limit("unlimited");
      }
      expect(append()).toBe(true);
      const positions = Array.from({ length: 16 * taken }, (_, i) => i + 1);
      for (const _ of [1, 2]) {
        const { outcomes } = store.run(...[0, 1].map((n) => ["a", { type: "read", after: n, max: 1 }] as const));
        expect(outcomes.flat()).toMatchObject([{ position: 1 }, { position: 2 }]);
        expect(store.scan().logs["a"]?.map(({ position }) => position)).toEqual(positions);
        reopen();
      }
    });
  },
);

const MIB = 1024 * 1024;

/** Starts the process, and kills it when it has said so often that something is durable. Answers the last round it said. */
function roundsUntilKilled(first: number, count: number): Promise<number> {
  const script = fileURLToPath(new URL("killed-store.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, directory, `${first}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let last = first - 1;
  createInterface(child.stdout).on("line", (line) => {
    last = Number(line);
    // It does not wait for that: it is in the middle of what it does next.
    if (last >= first - 1 + count) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.once("close", () => resolve(last)));
}

async function applyRound(model: LogStore, round: number): Promise<void> {
  for (const [log, order] of roundOf(round)) {
    if (typeof order === "string") await appended(model, log, order);
    else if (order.type === "trim") await model.trim(log, order.before, order.keep);
  }
}

async function scanned(model: LogStore): Promise<unknown> {
  const logs: Record<string, LogRecord[]> = {};
  const damaged = await model.scan((log, record) => {
    logs[log] ??= [];
    logs[log].push(record);
  });
  return { logs: Object.fromEntries(Object.entries(logs).sort()), damaged: [...damaged] };
}
