import type { DatabaseSync } from "node:sqlite";
import { type Bundle, entryOf, frameSize, type Mark, readBundle } from "./bundle.ts";
import { BundleMaker } from "./bundle-maker.ts";
import type { Changes } from "./changes.ts";
import type { Places } from "./places.ts";
import type { StoredLog } from "./stored-log.ts";

/** Bytes of a bundle, and of what lives in it. */
interface Fill {
  readonly size: number;
  readonly living: number;
}

/** Bytes of dead entries that are kept in any case. */
const KEPT = 16 * 1024 * 1024;
const NOTHING: Fill = { size: 0, living: 0 };

/** The rows with entries: writes them, drops those in which nothing lives, and makes those smaller in which little does. */
export class Bundles {
  readonly #changes: Changes;
  readonly #statements;
  readonly #fills = new Map<number, Fill>();
  /** Those of which at least half is dead, the ones that became so first in front. */
  readonly #sparse = new Set<number>();
  readonly #maker = new BundleMaker();
  readonly #mover = new BundleMaker();
  readonly #kept: number;
  #sum = NOTHING;
  #next = 1;

  constructor(database: DatabaseSync, changes: Changes, kept = KEPT) {
    this.#changes = changes;
    this.#kept = kept;
    this.#statements = {
      add: database.prepare("INSERT INTO bundles (id, entries) VALUES (?, ?)"),
      read: database.prepare("SELECT entries FROM bundles WHERE id = ?"),
      replace: database.prepare("UPDATE bundles SET entries = ? WHERE id = ?"),
      drop: database.prepare("DELETE FROM bundles WHERE id = ?"),
    };
  }

  /** Whether more is dead than alive, beyond what is kept in any case. */
  get isWasteful(): boolean {
    return this.#sum.size - this.#sum.living > Math.max(this.#kept, this.#sum.living) && this.#sparse.size > 0;
  }

  /** Takes a bundle that was there when the database was opened, and is behind all that were taken before. */
  take(id: number, fill: Fill): void {
    this.#next = id + 1;
    this.#put(id, fill);
  }

  /** Adds an entry to the next bundle, which is in the database after `write`. */
  append({ id, seed, places }: StoredLog, position: number, entry: Uint8Array): void {
    if (!this.#maker.hasRoom(entry.length)) this.write();
    this.#maker.add(entry, { log: id, seed, position });
    places.add(position, this.#next, sizeInBundle(entry.length));
  }

  /** Writes what was appended. */
  write(): void {
    if (this.#maker.isEmpty) return;
    const id = this.#next++;
    const bundle = this.#maker.take();
    this.#statements.add.run(id, bundle);
    const size = bundle.length - frameSize(0);
    this.#change(id, { size, living: size });
  }

  read(id: number): Bundle | undefined {
    const row = this.#statements.read.get(id)?.["entries"];
    return row instanceof Uint8Array ? readBundle(row) : undefined;
  }

  /** The records at these places live no more. */
  release(places: Places): void {
    const released = new Map<number, number>();
    for (let i = 0; i < places.count; i++) {
      const id = places.bundleAt(i);
      released.set(id, (released.get(id) ?? 0) + places.sizeAt(i));
    }
    for (const [id, bytes] of released) {
      const { size, living } = this.#fills.get(id) ?? NOTHING;
      if (living > bytes) this.#change(id, { size, living: living - bytes });
      else this.#drop(id);
    }
  }

  /** Makes some sparse bundles smaller, in their places, because the order of a log is that of its bundles. */
  compact(count: number, isLiving: (mark: Mark, bundle: number) => boolean): void {
    let left = count;
    for (const id of this.#sparse) {
      if (left === 0 || !this.isWasteful) return;
      // It is not looked at again before more of it is dead, whatever comes of this.
      this.#sparse.delete(id);
      left--;
      const bundle = this.read(id);
      // What nobody can read any more is evidence.
      if (bundle === undefined) continue;
      for (const [i, mark] of bundle.marks.entries()) {
        if (isLiving(mark, id)) this.#mover.move(mark, entryOf(bundle, i));
      }
      if (this.#mover.isEmpty) {
        this.#drop(id);
        continue;
      }
      const smaller = this.#mover.take();
      this.#statements.replace.run(smaller, id);
      const size = smaller.length - frameSize(0);
      this.#change(id, { size, living: size });
    }
  }

  /** Forgets what was appended and not written. */
  forget(): void {
    this.#maker.clear();
    this.#mover.clear();
  }

  #drop(id: number): void {
    this.#statements.drop.run(id);
    this.#change(id, undefined);
  }

  #change(id: number, fill: Fill | undefined): void {
    const before = this.#fills.get(id);
    this.#changes.note(() => this.#put(id, before));
    this.#put(id, fill);
  }

  #put(id: number, fill: Fill | undefined): void {
    const { size, living } = this.#fills.get(id) ?? NOTHING;
    const now = fill ?? NOTHING;
    this.#sum = { size: this.#sum.size + now.size - size, living: this.#sum.living + now.living - living };
    if (fill === undefined) this.#fills.delete(id);
    else this.#fills.set(id, fill);
    if (fill !== undefined && 2 * fill.living <= fill.size) this.#sparse.add(id);
    else this.#sparse.delete(id);
  }
}

/** Bytes that an entry of so many takes. */
export function sizeInBundle(bytes: number): number {
  return bytes + frameSize(1) - frameSize(0);
}
