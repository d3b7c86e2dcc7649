import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { loadSqlite } from "../src/store/sqlite-module.ts";

/** Does something to the database of a data directory while no relay has it. */
export function onDatabase<T>(directory: string, act: (database: DatabaseSync) => T): T {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(directory, "relay.db"));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

/** Changes rows of a table and not their places in the index, as a fault of the disk does. */
export function changeBehindIndex(directory: string, update: string): void {
  const schema = <T>(act: (database: DatabaseSync) => T) =>
    onDatabase(directory, (database) => {
      database.enableDefensive?.(false);
      database.exec("PRAGMA writable_schema = ON");
      return act(database);
    });
  const index = schema((database) => {
    const row = database.prepare("SELECT rootpage, sql FROM sqlite_schema WHERE name = 'places'").get();
    database.exec("DELETE FROM sqlite_schema WHERE name = 'places'");
    return row;
  });
  const { changes } = onDatabase(directory, (database) => database.prepare(update).run());
  if (changes === 0) throw new Error("nothing was changed");
  schema((database) => {
    const insert =
      "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', 'places', 'records', ?, ?)";
    database.prepare(insert).run(Number(index?.["rootpage"]), String(index?.["sql"]));
  });
}
