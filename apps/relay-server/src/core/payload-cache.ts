import { type Payload, sizeOf } from "@countersign/relay";

/** The newest messages of one group by their position in its log. */
export interface GroupCache {
  get(position: number): Payload | undefined;
  put(position: number, payload: Payload): void;
}

/** The newest messages of all groups, so that those who keep up are served without a read. Bounded by characters. */
export class PayloadCache {
  readonly #entries = new Map<string, { readonly payload: Payload; readonly size: number }>();
  readonly #capacity: number;
  #size = 0;
  #groups = 0;

  constructor(capacity = 8 * 1024 * 1024) {
    this.#capacity = capacity;
  }

  /** The part of a group. A group that is made again under the id of an older one gets another part. */
  forGroup(): GroupCache {
    return new Part(this, ++this.#groups);
  }

  get(key: string): Payload | undefined {
    return this.#entries.get(key)?.payload;
  }

  put(key: string, payload: Payload): void {
    if (this.#entries.has(key)) return;
    const size = sizeOf(payload);
    this.#entries.set(key, { payload, size });
    this.#size += size;
    for (const [oldestKey, oldest] of this.#entries) {
      if (this.#size <= this.#capacity) break;
      this.#entries.delete(oldestKey);
      this.#size -= oldest.size;
    }
  }
}

/** There are as many as groups: it holds no more than it must. */
class Part implements GroupCache {
  readonly #cache: PayloadCache;
  readonly #number: number;

  constructor(cache: PayloadCache, number: number) {
    this.#cache = cache;
    this.#number = number;
  }

  get(position: number): Payload | undefined {
    return this.#cache.get(`${this.#number}/${position}`);
  }

  put(position: number, payload: Payload): void {
    this.#cache.put(`${this.#number}/${position}`, payload);
  }
}
