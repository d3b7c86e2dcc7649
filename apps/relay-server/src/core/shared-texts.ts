/** What makes a text of an event what it is. */
interface Origin {
  /** The words of which dialect. */
  readonly codec: object;
  readonly seq: number;
  /** The event that was sent before it; 0 where the dialect does not say. */
  readonly previous: number;
}

/** A text that several outlets are given. What they make of it is made once. */
export class SharedText {
  readonly text: string;
  /** For the outlets: the bytes that they send, and the turn of the event loop in which they last. */
  bytes: Uint8Array | undefined;
  turn = 0;
  readonly origin: Origin;
  /** Another text of the same event. */
  readonly next: SharedText | undefined;

  constructor(text: string, origin: Origin, next: SharedText | undefined) {
    this.text = text;
    this.bytes = undefined;
    this.origin = origin;
    this.next = next;
  }
}

/**
 * The events of a session as texts, for all members who are sent the same text in the same turn of the event loop: those
 * who keep up. Each event has two or three: members differ in the event that they were sent before it.
 */
export class SharedTexts {
  // Never cleared, always replaced: V8 chains the tables of a map that is cleared, and so keeps what was in them.
  #texts = new Map<number, SharedText>();

  find(codec: object, seq: number, previous: number): SharedText | undefined {
    let found = this.#texts.get(seq);
    while (found !== undefined && (found.origin.previous !== previous || found.origin.codec !== codec))
      found = found.next;
    return found;
  }

  keep(text: string, origin: Origin): SharedText {
    if (this.#texts.size === 0) setImmediate(() => this.#forget());
    const shared = new SharedText(text, origin, this.#texts.get(origin.seq));
    this.#texts.set(origin.seq, shared);
    return shared;
  }

  #forget(): void {
    this.#texts = new Map();
  }
}
