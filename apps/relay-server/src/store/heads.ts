import type { DatabaseSync } from "node:sqlite";

/** Where a log stands. */
export interface Head {
  readonly id: number;
  /** Whether records of it are gone. */
  readonly isDamaged: boolean;
  /** The position of its newest record. */
  last: number;
}

/** As long as nobody asked how far it goes. */
type LazyHead = Omit<Head, "last"> & { last: number | undefined };

/** All logs by name. They are looked up here only, so that no index of theirs can be damaged. */
export class Heads {
  readonly #heads = new Map<string, LazyHead>();
  readonly #statements;
  /** Takes back what was changed since `keep`. */
  #undo: (() => void)[] = [];

  constructor(database: DatabaseSync) {
    this.#statements = {
      last: database.prepare("SELECT max(position) AS last FROM records WHERE log = ?"),
      add: database.prepare("INSERT INTO logs (name) VALUES (?)"),
      drop: database.prepare("DELETE FROM logs WHERE id = ?"),
    };
    for (const { id, name, damaged } of database.prepare("SELECT id, name, damaged FROM logs").iterate()) {
      this.#heads.set(String(name), { id: Number(id), isDamaged: damaged !== 0, last: undefined });
    }
  }

  find(name: string): Head | undefined {
    const head = this.#heads.get(name);
    if (head === undefined) return undefined;
    head.last ??= this.#last(head.id) ?? 0;
    return head as Head;
  }

  add(name: string): Head {
    const head = { id: Number(this.#statements.add.run(name).lastInsertRowid), isDamaged: false, last: 0 };
    this.#heads.set(name, head);
    this.#undo.push(() => this.#heads.delete(name));
    return head;
  }

  /** Drops a log that has no records. */
  dropIfEmpty(name: string): void {
    const head = this.#heads.get(name);
    if (head === undefined || this.#last(head.id) !== undefined) return;
    this.#statements.drop.run(head.id);
    this.#heads.delete(name);
    this.#undo.push(() => this.#heads.set(name, head));
  }

  /** Each log's name by its number. */
  names(): ReadonlyMap<number, string> {
    return new Map([...this.#heads].map(([name, { id }]) => [id, name]));
  }

  /** The names of the logs of which records are gone. */
  damaged(): Set<string> {
    return new Set([...this.#heads].filter(([, { isDamaged }]) => isDamaged).map(([name]) => name));
  }

  /** What was changed is durable. */
  keep(): void {
    this.#undo = [];
  }

  /** What was changed is not: forgets it, and how far these logs go. */
  restore(names: readonly string[]): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    for (const name of names) {
      const head = this.#heads.get(name);
      if (head !== undefined) head.last = undefined;
    }
  }

  #last(id: number): number | undefined {
    const last = this.#statements.last.get(id)?.["last"];
    return typeof last === "number" ? last : undefined;
  }
}
