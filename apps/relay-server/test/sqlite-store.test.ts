import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { storeContract } from "@countersign/relay/store-contract";
import { openSqliteStore } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSqlite } from "../src/store/sqlite-module.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Does something to the database while no store has it. */
function onDatabase<T>(act: (database: DatabaseSync) => T): T {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(directory, "relay.db"));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

const faults = {
  async damage(log: string, position: number) {
    const changed = onDatabase((database) =>
      database
        .prepare(
          `UPDATE records SET entry = char(unicode(entry) + 1) || substr(entry, 2)
           WHERE position = ? AND log = (SELECT id FROM logs WHERE name = ?)`,
        )
        .run(position, log),
    );
    expect(changed.changes).toBe(1);
  },
  async refuse(entry: string) {
    await (await openSqliteStore(directory)).close();
    onDatabase((database) =>
      database.exec(
        `CREATE TRIGGER fault BEFORE INSERT ON records WHEN new.entry = '${entry}'
         BEGIN SELECT raise(ABORT, 'the disk is full'); END`,
      ),
    );
  },
};

describe("the SQLite store", () => {
  for (const { name, run } of storeContract) {
    it(name, async () => {
      await expect(run({ open: () => openSqliteStore(directory), faults })).resolves.toBeUndefined();
    });
  }

  it("is closed to others, folder and files", async () => {
    const inner = join(directory, "made", "here");
    const store = await openSqliteStore(inner);
    await store.append("a", "x");
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

  it("refuses a database of something else, a file that is none, and a newer schema", async () => {
    onDatabase((database) => database.exec("CREATE TABLE t (a)"));
    await expect(openSqliteStore(directory)).rejects.toThrow("is a database of something else");
    rmSync(join(directory, "relay.db"));
    writeFileSync(join(directory, "relay.db"), "no database ".repeat(500));
    await expect(openSqliteStore(directory)).rejects.toThrow(/^cannot open .+ move relay\.db\* away/);
    rmSync(join(directory, "relay.db"));
    await (await openSqliteStore(directory)).close();
    onDatabase((database) => database.exec("PRAGMA user_version = 3"));
    await expect(openSqliteStore(directory)).rejects.toThrow("is of schema 3, this relay knows 2");
  });

  it("takes on what a relay of schema 1 has left", async () => {
    const { DatabaseSync } = loadSqlite();
    const database = new DatabaseSync(join(directory, "relay.db"));
    database.exec(`
      CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE records (
        log INTEGER NOT NULL REFERENCES logs (id), position INTEGER NOT NULL, entry TEXT NOT NULL,
        checksum INTEGER NOT NULL, PRIMARY KEY (log, position)
      ) STRICT;
      PRAGMA application_id = ${0x6373_726c};
      PRAGMA user_version = 1;
      INSERT INTO logs VALUES (1, 'a');
      INSERT INTO records VALUES (1, 1, 'e1', 0xc25f20a0), (1, 3, 'e3', 0x1);
    `);
    database.close();
    const store = await openSqliteStore(directory);
    await store.close();
  });

  it("says when it cannot write and when it can again, without being asked", async () => {
    // The trigger stands for a full disk: it lets nothing in until it is dropped.
    await faults.refuse("unwritable");
  });

  it("writes what was ordered in one turn with one sync, before anybody hears of it", async () => {
    let commits = 0;
    const meter = { committed: () => commits++, storeFailed: () => undefined };
    const store = await openSqliteStore(directory, { meter });
    let onDisk = "";
    store.subscribe((_log, { entry }) => {
      if (entry === "marker-0") onDisk = readFileSync(join(directory, "relay.db-wal"), "latin1");
    });
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.append("a", `marker-${i}`)));
    expect(onDisk).toContain("marker-0");
    expect(onDisk).toContain("marker-99");
    expect(commits).toBe(1);
    await store.close();
  });
});
