import { type Payload, sizeOf } from "@countersign/relay";

/** The newest messages of one group by their position in its log. */
export interface GroupCache {
  get(position: number): Payload | undefined;
  put(position: number, payload: Payload): void;
}

type Generation = Map<GroupCache, Map<number, Payload>>;

/** The newest messages of all groups, so that those who keep up are served without a read. Bounded by characters. */
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

  put(part: GroupCache, position: number, payload: Payload): void {
    const kept = this.#newest.get(part) ?? new Map<number, Payload>();
    if (kept.has(position)) return;
    this.#newest.set(part, kept.set(position, payload));
    this.#size += sizeOf(payload);
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

  put(position: number, payload: Payload): void {
    this.#cache.put(this, position, payload);
  }
}
