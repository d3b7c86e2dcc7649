import type { Envelope } from "@countersign/relay";

/** The newest messages of one group by their position in its log. */
export interface GroupCache {
  get(position: number): readonly Envelope[] | undefined;
  put(position: number, envelopes: readonly Envelope[]): void;
}

/** The newest messages of all groups, so that those who keep up are served without a read. Bounded by characters. */
export class EnvelopeCache {
  readonly #entries = new Map<string, { readonly envelopes: readonly Envelope[]; readonly size: number }>();
  readonly #capacity: number;
  #size = 0;
  #groups = 0;

  constructor(capacity = 8 * 1024 * 1024) {
    this.#capacity = capacity;
  }

  /** The part of a group. A group that is made again under the id of an older one gets another part. */
  forGroup(): GroupCache {
    const part = ++this.#groups;
    return {
      get: (position) => this.#entries.get(`${part}/${position}`)?.envelopes,
      put: (position, envelopes) => this.#put(`${part}/${position}`, envelopes),
    };
  }

  #put(key: string, envelopes: readonly Envelope[]): void {
    if (this.#entries.has(key)) return;
    const size = envelopes.reduce((sum, { body }) => sum + body.length + OVERHEAD, OVERHEAD);
    this.#entries.set(key, { envelopes, size });
    this.#size += size;
    for (const [oldestKey, oldest] of this.#entries) {
      if (this.#size <= this.#capacity) break;
      this.#entries.delete(oldestKey);
      this.#size -= oldest.size;
    }
  }
}

/** About what an object costs beside its text. */
const OVERHEAD = 64;
