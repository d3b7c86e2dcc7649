import { type Payload, sizeOf } from "@countersign/relay";

/** The newest messages of one group by their position in its log. */
export interface GroupCache {
  get(position: number): Payload | undefined;
  /** `wanted` has the positions of messages that somebody has not got yet; the oldest ones that are no more are forgotten. */
  put(position: number, payload: Payload, wanted: Positions): void;
}

interface Positions {
  has(position: number): boolean;
}

type Generation = Map<GroupCache, Map<number, Payload>>;

/**
 * The newest messages of all groups, so that those who keep up are served without a read. Bounded by characters, and held
 * no longer than somebody wants them: what is kept for long costs the garbage collector as much as it costs to make.
 */
export class PayloadCache {
  readonly #capacity: number;
  /** When the newest take half of the room, those before them are forgotten, all at once. */
  #newest: Generation = new Map();
  #before: Generation = new Map();
  #size = 0;

  constructor(capacity = 8 * 1024 * 1024) {
    this.#capacity = capacity;
  }

  /** The part of a group. A group that is made again under the id of an older one gets another part. */
  forGroup(): GroupCache {
    return new Part(this);
  }

  get(part: GroupCache, position: number): Payload | undefined {
    return this.#newest.get(part)?.get(position) ?? this.#before.get(part)?.get(position);
  }

  /** Where the newest messages of a part are; for this moment only. */
  newestOf(part: GroupCache): Map<number, Payload> {
    let newest = this.#newest.get(part);
    if (newest === undefined) {
      newest = new Map();
      this.#newest.set(part, newest);
    }
    return newest;
  }

  /** Notes that so many characters more are among the newest. */
  grown(size: number): void {
    this.#size += size;
    if (this.#size < this.#capacity / 2) return;
    this.#before = this.#newest;
    this.#newest = new Map();
    this.#size = 0;
  }
}

/** There are as many as groups: it holds no more than it must. */
class Part implements GroupCache {
  readonly #cache: PayloadCache;

  constructor(cache: PayloadCache) {
    this.#cache = cache;
  }

  get(position: number): Payload | undefined {
    return this.#cache.get(this, position);
  }

  put(position: number, payload: Payload, wanted: Positions): void {
    const newest = this.#cache.newestOf(this);
    if (newest.has(position)) return;
    for (const oldest of newest.keys()) {
      if (wanted.has(oldest)) break;
      newest.delete(oldest);
    }
    newest.set(position, payload);
    this.#cache.grown(sizeOf(payload));
  }
}
