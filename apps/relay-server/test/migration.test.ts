import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { openSqliteStore } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { onDatabase } from "./on-database.ts";
import { OpenedStore } from "./opened-store.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

type Logs = Readonly<Record<string, readonly (readonly [position: number, entry: string])[]>>;

/** A database as a relay wrote it that gave each entry a row of its own. */
function writeOld(logs: Logs, change = ""): void {
  onDatabase(directory, (database) => {
    database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
      CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, damaged INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE TABLE records (log INTEGER NOT NULL, position INTEGER NOT NULL, entry TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
      CREATE UNIQUE INDEX places ON records (log, position);
      PRAGMA application_id = ${0x6373_726c}; PRAGMA user_version = 2;`);
    database.exec("BEGIN");
    const insert = database.prepare("INSERT INTO records (log, position, entry, checksum) VALUES (?, ?, ?, ?)");
    for (const [i, [name, records]] of Object.entries(logs).entries()) {
      database.prepare("INSERT INTO logs (id, name) VALUES (?, ?)").run(i + 3, name);
      for (const [position, entry] of records)
        insert.run(i + 3, position, entry, crc32(`${name}/${position}/${entry}`));
    }
    database.exec(`${change}; COMMIT`);
  });
}

const many = Array.from({ length: 3_000 }, (_, i) => [i + 1, `€${i}`.padEnd(i % 700, ".")] as const);
const logs: Logs = {
  a: [
    [2, "kept"],
    [4, "kept"],
    [5, "kept"],
    [9, "\u0000ä€𝄞"],
    [10, "last"],
  ],
  b: many,
  c: [[7, "x".repeat(300_000)]],
};

/** The same as a scan gives it. */
const scannedOf = (given: Logs) =>
  Object.fromEntries(
    Object.entries(given).map(([name, records]) => [name, records.map(([position, entry]) => ({ position, entry }))]),
  );

const version = () => onDatabase(directory, (db) => Number(db.prepare("PRAGMA user_version").get()?.["user_version"]));

describe("a database of the relay before this one", () => {
  it("has what it had, and goes on counting", () => {
    writeOld(logs);
    for (const _ of [1, 2]) {
      const store = new OpenedStore(directory);
      expect(store.scan()).toEqual({ logs: scannedOf(logs), damaged: [] });
      expect(store.read("a", 4)).toEqual(scannedOf(logs)["a"]?.slice(2));
      store.close();
    }
    expect(version()).toBe(4);
    const store = new OpenedStore(directory);
    expect(["a", "b", "c", "new"].map((log) => store.do(log, "more"))).toEqual([11, 3_001, 8, 1]);
    store.close();
    const tables = onDatabase(directory, (db) => db.prepare("SELECT name FROM sqlite_schema ORDER BY name").all());
    expect(tables.map(({ name }) => name)).toEqual(["bundles", "journal", "logs"]);
  });

  it("is damaged where it was: a changed entry, and what was marked before", () => {
    const change = `UPDATE records SET entry = 'other' WHERE log = 3 AND position = 4;
      UPDATE logs SET damaged = 1 WHERE name = 'c'; INSERT INTO logs (name, damaged) VALUES ('empty', 1)`;
    writeOld(logs, change);
    const left = { ...logs, a: (logs["a"] ?? []).filter(([position]) => position !== 4) };
    for (const _ of [1, 2]) {
      const store = new OpenedStore(directory);
      expect(store.scan()).toEqual({ logs: scannedOf(left), damaged: ["a", "c", "empty"] });
      store.close();
    }
  });

  it("is not touched if its pages are damaged", async () => {
    writeOld(logs);
    const file = join(directory, "relay.db");
    const bytes = readFileSync(file);
    // The beginning of the page of a table.
    bytes.fill(0xff, 3 * 4_096, 3 * 4_096 + 64);
    writeFileSync(file, bytes);
    await expect(openSqliteStore(directory)).rejects.toThrow(/^cannot open .+ move relay\.db\* away/);
    expect(version()).toBe(2);
  });
});
