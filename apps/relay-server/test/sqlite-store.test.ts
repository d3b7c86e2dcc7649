import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@countersign/relay/store-contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSqlite } from "../src/store/sqlite-module.ts";
import { openSqliteStore } from "../src/store/sqlite-store.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("the SQLite store", () => {
  for (const { name, run } of storeContract) {
    it(name, async () => {
      await expect(run({ open: () => Promise.resolve(openSqliteStore(directory)) })).resolves.toBeUndefined();
    });
  }

  it("is closed to others, folder and files", async () => {
    const inner = join(directory, "made", "here");
    const store = openSqliteStore(inner);
    await store.append("a", "x");
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(inner))
      expect([name, statSync(join(inner, name)).mode & 0o777]).toEqual([name, 0o600]);
    await store.close();
  });

  it("lets no second one in", async () => {
    const store = openSqliteStore(directory);
    expect(() => openSqliteStore(directory)).toThrow(`the data directory ${directory} is in use by another relay`);
    await store.close();
    await openSqliteStore(directory).close();
  });

  it("refuses a database of something else, and a file that is none", () => {
    const { DatabaseSync } = loadSqlite();
    const other = new DatabaseSync(join(directory, "relay.db"));
    other.exec("CREATE TABLE t (a)");
    other.close();
    expect(() => openSqliteStore(directory)).toThrow("is a database of something else");
    rmSync(join(directory, "relay.db"));
    writeFileSync(join(directory, "relay.db"), "no database ".repeat(500));
    expect(() => openSqliteStore(directory)).toThrow("cannot open");
  });

  it("refuses a database of a newer schema", async () => {
    await openSqliteStore(directory).close();
    const { DatabaseSync } = loadSqlite();
    const newer = new DatabaseSync(join(directory, "relay.db"));
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    expect(() => openSqliteStore(directory)).toThrow("is of schema 2, this relay knows 1");
  });

  it("notices a record that was changed or moved", async () => {
    const damages = [
      "UPDATE records SET entry = replace(entry, 'one', 'One') WHERE position = 1",
      "UPDATE records SET position = 5 WHERE position = 1",
      "UPDATE logs SET name = 'b'",
    ];
    for (const damage of damages) {
      const store = openSqliteStore(directory);
      await store.append("a", "one");
      await store.append("a", "two");
      await store.close();
      const { DatabaseSync } = loadSqlite();
      const database = new DatabaseSync(join(directory, "relay.db"));
      database.exec(damage);
      database.close();
      const damaged = openSqliteStore(directory);
      const beside = damaged.append("c", "unharmed");
      await expect(
        damaged.read("a", 0, 9).then((all) => damaged.read("b", 0, 9).then((b) => [...all, ...b])),
      ).rejects.toThrow("is damaged");
      expect(await beside).toBe(1);
      await damaged.close();
      rmSync(join(directory, "relay.db"));
    }
  });

  it("rejects what could not be written, tells nobody of it, and goes on", async () => {
    const store = openSqliteStore(directory);
    const heard: string[] = [];
    store.subscribe((_log, { entry }) => heard.push(entry));
    await store.append("a", "e1");
    const failing = [
      store.append("a", "e2"),
      store.append("a", Symbol() as unknown as string),
      store.append("b", "e1"),
    ];
    for (const outcome of await Promise.allSettled(failing)) expect(outcome.status).toBe("rejected");
    expect(heard).toEqual(["e1"]);
    expect(await store.append("a", "e2")).toBe(2);
    expect((await store.read("b", 0, 9)).length).toBe(0);
    await store.close();
    await expect(store.append("a", "late")).rejects.toThrow("the store is closed");
  });

  it("writes what was ordered in one turn with one sync, before anybody hears of it", async () => {
    const store = openSqliteStore(directory);
    let onDisk = "";
    store.subscribe((_log, { entry }) => {
      if (entry === "marker-0") onDisk = readFileSync(join(directory, "relay.db-wal"), "latin1");
    });
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.append("a", `marker-${i}`)));
    expect(onDisk).toContain("marker-0");
    expect(onDisk).toContain("marker-99");
    await store.close();
  });
});
