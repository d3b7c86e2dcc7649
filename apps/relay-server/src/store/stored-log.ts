import { seedOf } from "./checksum.ts";
import { Places } from "./places.ts";

const NONE: readonly number[] = [];

/** A log as far as memory knows it: where its records are. */
export class StoredLog {
  readonly id: number;
  readonly name: string;
  /** Where its checksums begin. */
  readonly seed: number;
  places = new Places();
  /** The position from which on nothing was trimmed. */
  before = 1;
  /** The position of the newest record there ever was. */
  last = 0;
  /** The positions of records that should be there and are not. */
  missing: readonly number[] = NONE;
  /** The transaction that has changed it last. */
  touched = 0;

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
    this.seed = seedOf(name);
  }

  /** Whether records of it are gone. One without any is of none only because they are lost. */
  get isDamaged(): boolean {
    return this.missing.length > 0 || this.places.count === 0;
  }

  /** The positions before `before` that were not trimmed, ascending. */
  kept(): number[] {
    const kept = this.missing.filter((position) => position < this.before);
    const count = this.places.indexAfter(this.before - 1);
    for (let i = 0; i < count; i++) kept.push(this.places.positionAt(i));
    return kept.sort((a, b) => a - b);
  }
}
