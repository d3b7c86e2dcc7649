import type { DatabaseSync } from "node:sqlite";
import { Ahead, type AheadBundle } from "./ahead.ts";
import { allBundles } from "./all-bundles.ts";
import { type Bundle, entryOf, frameSize, type Mark, readBundle } from "./bundle.ts";
import { BundleMaker } from "./bundle-maker.ts";
import type { Changes } from "./changes.ts";
import { type Fill, Fills, NOTHING } from "./fills.ts";
import type { Journal } from "./journal.ts";
import type { Places } from "./places.ts";
import type { StoredLog } from "./stored-log.ts";

/** Whether what a mark says of an entry is true. */
export type IsLiving = (mark: Mark, bundle: number) => boolean;

/**
 * All bundles: writes them to the journal, takes those over into rows in which something still lives, drops those in which
 * nothing does, and makes those smaller in which little does.
 */
export class Bundles {
  readonly #database: DatabaseSync;
  readonly #journal: Journal;
  readonly #changes: Changes;
  readonly #statements;
  readonly #ahead = new Ahead();
  /** Those that are rows. */
  readonly #fills: Fills;
  readonly #maker = new BundleMaker();
  readonly #mover = new BundleMaker();
  /** Rows in which nothing lives any more. */
  readonly #dead = new Set<number>();
  /** What this transaction has added, and what is dead by it. */
  #added: [id: number, size: number][] = [];
  #died: number[] = [];
  #next = 1;

  constructor(database: DatabaseSync, { journal, changes, kept }: BundlesOptions) {
    this.#database = database;
    this.#journal = journal;
    this.#changes = changes;
    this.#fills = new Fills(kept);
    this.#statements = {
      add: database.prepare("INSERT INTO bundles (id, entries) VALUES (?, ?)"),
      read: database.prepare("SELECT entries FROM bundles WHERE id = ?"),
      replace: database.prepare("UPDATE bundles SET entries = ? WHERE id = ?"),
      drop: database.prepare("DELETE FROM bundles WHERE id = ?"),
    };
  }

  /** Whether more than a quarter of what is in the journal only lives. */
  get isAliveAhead(): boolean {
    return 4 * this.#ahead.living > this.#journal.length;
  }

  /** Whether more is dead than alive in rows, beyond what is kept in any case. */
  get isWasteful(): boolean {
    return this.#fills.isWasteful;
  }

  /** Takes a bundle that was there when the database was opened, and is behind all that were taken before. */
  take(id: number, fill: Fill): void {
    this.#next = id + 1;
    this.#fills.put(id, fill);
  }

  /** What is changed from now on belongs together. */
  begin(): void {
    this.#added = [];
    this.#died = [];
  }

  /** Adds an entry to the next bundle, which is in the journal after `write`. */
  append({ id, seed, places }: StoredLog, position: number, entry: Uint8Array): void {
    if (!this.#maker.hasRoom(entry.length)) this.write();
    this.#maker.add(entry, { log: id, seed, position });
    places.add(position, this.#next, sizeInBundle(entry.length));
  }

  /** Writes what was appended. */
  write(): void {
    if (this.#maker.isEmpty) return;
    const id = this.#next++;
    const { size: length } = this.#maker;
    this.#added.push([id, length]);
    const size = length - frameSize(0);
    this.#changeAhead(id, { place: this.#journal.add(this.#maker.take(), length), fill: { size, living: size } });
  }

  /** What has become of bundles since `begin`. */
  changed(): { readonly bundles: readonly (readonly [number, number])[]; readonly dead: readonly number[] } {
    return { bundles: this.#added, dead: this.#died };
  }

  read(id: number): Bundle | undefined {
    const ahead = this.#ahead.get(id);
    if (ahead !== undefined) return readBundle(this.#journal.read(ahead.place));
    const row = this.#statements.read.get(id)?.["entries"];
    return row instanceof Uint8Array ? readBundle(row) : undefined;
  }

  /** All in the order in which they were written. Throws if nobody knows whose the entries of one are. */
  *all(): Generator<{ readonly id: number; readonly bundle: Bundle }> {
    yield* allBundles(this.#database);
    for (const id of this.ahead()) {
      const bundle = this.read(id);
      if (bundle !== undefined) yield { id, bundle };
    }
  }

  /** Those that are in the journal only, in order. */
  ahead(): number[] {
    return this.#ahead.ids();
  }

  /** The records at these places live no more. */
  release(places: Places): void {
    const released = new Map<number, number>();
    for (let i = 0; i < places.count; i++) {
      const id = places.bundleAt(i);
      released.set(id, (released.get(id) ?? 0) + places.sizeAt(i));
    }
    for (const [id, bytes] of released) {
      const ahead = this.#ahead.get(id);
      const { size, living } = ahead?.fill ?? this.#fills.get(id) ?? NOTHING;
      const fill = { size, living: living - bytes };
      if (living <= bytes) this.#die(id);
      else if (ahead === undefined) this.#change(id, fill);
      else this.#changeAhead(id, { place: ahead.place, fill });
    }
  }

  /** Takes what lives in a bundle over from the journal. */
  settle(id: number, isLiving: IsLiving): void {
    const ahead = this.#ahead.get(id);
    if (ahead === undefined) return;
    const bytes = this.#journal.read(ahead.place);
    const bundle = 2 * ahead.fill.living > ahead.fill.size ? undefined : readBundle(bytes);
    const row = bundle === undefined ? bytes : this.#smaller(bundle, (mark) => isLiving(mark, id));
    this.#changeAhead(id, undefined);
    if (row === undefined) return;
    this.#statements.add.run(id, row);
    this.#change(id, { size: row.length - frameSize(0), living: ahead.fill.living });
  }

  /** Drops the rows in which nothing lives any more. */
  bury(): void {
    const dead = [...this.#dead];
    this.#dead.clear();
    this.#changes.note(() => {
      for (const id of dead) this.#dead.add(id);
    });
    for (const id of dead) this.#statements.drop.run(id);
  }

  /** Makes some sparse bundles smaller, in their places, because the order of a log is that of its bundles. */
  compact(count: number, isLiving: IsLiving): void {
    for (let left = count; left > 0 && this.isWasteful; left--) {
      const id = this.#fills.takeSparse();
      if (id === undefined) return;
      const bundle = this.read(id);
      // What nobody can read any more is evidence.
      if (bundle === undefined) continue;
      const smaller = this.#smaller(bundle, (mark) => isLiving(mark, id));
      if (smaller === undefined) {
        this.#statements.drop.run(id);
        this.#change(id, undefined);
        continue;
      }
      this.#statements.replace.run(smaller, id);
      const size = smaller.length - frameSize(0);
      this.#change(id, { size, living: size });
    }
  }

  /** Forgets what was appended and not written. */
  forget(): void {
    this.#journal.forget();
    this.#maker.clear();
    this.#mover.clear();
  }

  /** A bundle with what lives in this one, undefined if nothing does. */
  #smaller(bundle: Bundle, isLiving: (mark: Mark) => boolean): Uint8Array | undefined {
    for (const [i, mark] of bundle.marks.entries()) if (isLiving(mark)) this.#mover.move(mark, entryOf(bundle, i));
    return this.#mover.isEmpty ? undefined : Buffer.concat(this.#mover.take());
  }

  /** Nothing lives in a bundle any more. */
  #die(id: number): void {
    this.#died.push(id);
    if (this.#ahead.get(id) !== undefined) return this.#changeAhead(id, undefined);
    this.#change(id, undefined);
    this.#dead.add(id);
    this.#changes.note(() => this.#dead.delete(id));
  }

  #changeAhead(id: number, bundle: AheadBundle | undefined): void {
    const before = this.#ahead.get(id);
    this.#changes.note(() => this.#ahead.put(id, before));
    this.#ahead.put(id, bundle);
  }

  #change(id: number, fill: Fill | undefined): void {
    const before = this.#fills.get(id);
    this.#changes.note(() => this.#fills.put(id, before));
    this.#fills.put(id, fill);
  }
}

interface BundlesOptions {
  readonly journal: Journal;
  readonly changes: Changes;
  readonly kept: number | undefined;
}

/** Bytes that an entry of so many takes. */
export function sizeInBundle(bytes: number): number {
  return bytes + frameSize(1) - frameSize(0);
}
