/** What is to happen when: a clock that jumps from one thing to the next. Things of one moment keep their order. */
export class Agenda {
  ms = 0;
  private readonly heap: { readonly at: number; readonly order: number; readonly run: () => void | Promise<void> }[] =
    [];
  private order = 0;

  in(ms: number, run: () => void | Promise<void>): void {
    const { heap } = this;
    let index = heap.push({ at: this.ms + ms, order: this.order++, run }) - 1;
    while (index > 0 && this.before(index, (index - 1) >> 1)) index = this.swap(index, (index - 1) >> 1);
  }

  /** Lets things happen until `until` holds, nothing is left, or it is later than `limitMs`; returns whether it held. */
  async run(until: () => boolean, limitMs: number): Promise<boolean> {
    while (!until()) {
      const next = this.take();
      if (next === undefined || next.at > limitMs) return false;
      this.ms = next.at;
      await next.run();
    }
    return true;
  }

  private take() {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const least = left + 1 < heap.length && this.before(left + 1, left) ? left + 1 : left;
      if (least >= heap.length || !this.before(least, index)) return first;
      index = this.swap(index, least);
    }
  }

  private before(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): number {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one !== undefined && other !== undefined) [this.heap[a], this.heap[b]] = [other, one];
    return b;
  }
}
