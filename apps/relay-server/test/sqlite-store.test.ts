import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appended } from "@countersign/relay";
import { storeContractFor } from "@countersign/relay/store-contract";
import { openSqliteStore } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { journalFiles } from "../src/store/journal.ts";
import { setUp } from "../src/store/schema.ts";
import { giveSpaceBack } from "../src/store/space.ts";
import { ManualClock } from "./manual-clock.ts";
import { damageRecord, onDatabase } from "./on-database.ts";
import { refuseWritesInThreads } from "./refused-writes.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => {
  refuseWritesInThreads(undefined);
  rmSync(directory, { recursive: true, force: true });
});
vi.mock("node:worker_threads", () => import("./refusing-worker.ts"));

/** What SQLite calls the mode in which free pages can be given back. */
const INCREMENTAL = 2;

const faults = {
  async damage(log: string, position: number) {
    damageRecord(directory, log, position);
  },
  async refuse(entry: string) {
    refuseWritesInThreads(entry);
  },
};

describe("the SQLite store", () => {
  for (const { name, run } of storeContractFor("sole", "disk", "faults")) {
    it(name, async () => {
      await expect(run({ open: () => openSqliteStore(directory), faults })).resolves.toBeUndefined();
    });
  }

  it("is closed to others, folder and files", async () => {
    const inner = join(directory, "made", "here");
    const store = await openSqliteStore(inner);
    await appended(store, "a", "x");
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(inner))
      expect([name, statSync(join(inner, name)).mode & 0o777]).toEqual([name, 0o600]);
    await store.close();
  });

  it("lets no second one in", async () => {
    const store = await openSqliteStore(directory);
    await expect(openSqliteStore(directory)).rejects.toThrow(
      `the data directory ${directory} is in use by another relay`,
    );
    await store.close();
    await (await openSqliteStore(directory)).close();
  });

  it("refuses a database of something else, a file that is none, and other schemas", async () => {
    onDatabase(directory, (database) => database.exec("CREATE TABLE t (a)"));
    await expect(openSqliteStore(directory)).rejects.toThrow("is a database of something else");
    rmSync(join(directory, "relay.db"));
    writeFileSync(join(directory, "relay.db"), "no database ".repeat(500));
    await expect(openSqliteStore(directory)).rejects.toThrow(/^cannot open .+ move relay\.db\* away/);
    rmSync(join(directory, "relay.db"));
    await (await openSqliteStore(directory)).close();
    for (const schema of [1, 5]) {
      onDatabase(directory, (database) => database.exec(`PRAGMA user_version = ${schema}`));
      await expect(openSqliteStore(directory)).rejects.toThrow(`is of schema ${schema}, this relay knows 4`);
    }
  });

  it("can give back the space that it takes", async () => {
    await (await openSqliteStore(directory)).close();
    expect(onDatabase(directory, (db) => db.prepare("PRAGMA auto_vacuum").get()?.["auto_vacuum"])).toBe(INCREMENTAL);
  });

  it("says when it could not write, and tries by itself until it can", async () => {
    await faults.refuse("unwritable");
    const clock = new ManualClock();
    const told: string[] = [];
    let again = () => undefined as unknown;
    const meter = {
      committed: (operations: number) => {
        told.push(`committed ${operations}`);
        again();
      },
      storeFailed: () => told.push("failed"),
    };
    const store = await openSqliteStore(directory, { clock, meter });
    await expect(appended(store, "a", "unwritable")).rejects.toThrow("the disk is full");
    expect(told).toEqual(["failed"]);
    const works = new Promise((resolve) => {
      again = () => resolve(undefined);
    });
    clock.pass(1);
    await works;
    expect(told).toEqual(["failed", "committed 1"]);
    clock.pass(10);
    await store.close();
    expect(told).toEqual(["failed", "committed 1"]);
  });

  it("reads without a transaction that writes", async () => {
    let commits = 0;
    const store = await openSqliteStore(directory, { meter: { committed: () => commits++, storeFailed: () => 0 } });
    await appended(store, "a", "e1");
    await Promise.all([store.read("a", 0, 9), store.scan(() => undefined), store.read("b", 0, 9)]);
    expect(commits).toBe(1);
    await store.close();
  });

  it("scans more than it holds in memory at once, however slowly that is taken", async () => {
    const store = await openSqliteStore(directory);
    const large = "x".repeat(300_000);
    await Promise.all(Array.from({ length: 60 }, (_, i) => appended(store, "a", `${i}${large}`)));
    const seen: string[] = [];
    expect(await store.scan((log, { entry }) => seen.push(log + entry.replace(large, "")))).toEqual(new Set());
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `a${i}`));
    await expect(Promise.all([store.scan(() => undefined), store.scan(() => undefined)])).rejects.toThrow("under way");
    await store.close();
  });

  it("takes no more space for what comes and goes, and gives back what was needed once", async () => {
    let store = await openSqliteStore(directory);
    const size = () => readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    const entry = "x".repeat(10_000);
    const come = (logs: number) => {
      for (let i = 0; i < logs; i++) for (let n = 0; n < 100; n++) void appended(store, `log ${i}`, entry);
    };
    const go = async (logs: number) => {
      for (let i = 0; i < logs; i++) await store.trim(`log ${i}`, Number.POSITIVE_INFINITY);
    };
    for (let round = 0; round < 3; round++) {
      come(20);
      await go(20);
    }
    const before = size();
    for (let round = 0; round < 10; round++) {
      come(20);
      await go(20);
    }
    expect(size()).toBeLessThan(before * 1.5 + 4_096 * 1_024);
    come(20);
    await store.close();
    const pages = () => onDatabase(directory, (db) => Number(db.prepare("PRAGMA page_count").get()?.["page_count"]));
    const most = pages();
    expect(most).toBeGreaterThan((20 * 100 * entry.length) / 4_096);
    store = await openSqliteStore(directory);
    await go(20);
    await store.close();
    onDatabase(directory, (db) => {
      setUp(db, directory);
      let passes = 0;
      while (giveSpaceBack(db, { kept: 16 })) passes++;
      expect(passes).toBeGreaterThan(0);
    });
    expect(pages()).toBeLessThan(most / 10);
  });

  it("writes what was ordered in one turn with one sync, before anybody hears of it", async () => {
    let commits = 0;
    const meter = { committed: () => commits++, storeFailed: () => undefined };
    const store = await openSqliteStore(directory, { meter });
    let onDisk = "";
    const ahead = () => journalFiles(directory).filter((file) => existsSync(file));
    store.subscribe((_log, { entry }) => {
      if (entry === "marker-0")
        onDisk = ahead()
          .map((file) => readFileSync(file, "latin1"))
          .join("");
    });
    await Promise.all(Array.from({ length: 100 }, (_, i) => appended(store, "a", `marker-${i}`)));
    expect(onDisk).toContain("marker-0");
    expect(onDisk).toContain("marker-99");
    expect(commits).toBe(1);
    await store.close();
  });
});
