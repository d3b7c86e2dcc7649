import { UsageError } from "@countersign/wire";

/** Events on their way to one consumer, who takes them at its own pace; ends when it has been told to and is empty. */
export class EventQueue<Event> {
  private readonly events: Event[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  private consumed = false;

  /** Events that nobody has taken yet. */
  get length(): number {
    return this.events.length;
  }

  push(event: Event): void {
    if (this.ended) return;
    this.events.push(event);
    this.wake?.();
  }

  /** Nothing more is pushed. */
  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /**
   * The events in order. A loop over them may be left, and another one goes on behind it. Throws `UsageError` if somebody
   * else has asked for them.
   */
  consume(): AsyncIterable<Event> {
    if (this.consumed) throw new UsageError("usage.one-consumer", "the events have a consumer already");
    this.consumed = true;
    // Without `return`, with which a loop that is left would end what it has gone through.
    const iterator = { next: () => this.next() };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  private async next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return { done: false, value: event };
      if (this.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
