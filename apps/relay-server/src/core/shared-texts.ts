import { type Filled, textOf } from "./template.ts";

/** What makes a text of an event what it is. */
interface Origin {
  /** The words of which dialect. */
  readonly codec: object;
  readonly seq: number;
  /** The event that was sent before it; 0 where the dialect does not say. */
  readonly previous: number;
}

/** The end of a text, and where an outlet has put its bytes: for that outlet only. */
export class Tail {
  /** What it is made of: to put long ones together as strings would copy them once more. */
  readonly parts: readonly string[];
  readonly length: number;
  turn = 0;
  at = 0;
  size = 0;
  /** Its bytes, if it is long; they last as long as `turn`. */
  bytes: Uint8Array | undefined;

  constructor(parts: readonly string[]) {
    this.parts = parts;
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  get text(): string {
    return this.parts.join("");
  }
}

/** What a text begins with. */
export type Head = string | Filled;

interface TwoParts {
  readonly head: Head;
  readonly tail: Tail;
}

/** A text of two parts, so that nobody need put it together before it is written. */
export class EventText {
  readonly head: Head;
  readonly tail: Tail;
  /** For the outlets: the bytes that they send, and the turn of the event loop in which they last. */
  bytes: Uint8Array | undefined;
  turn = 0;

  constructor({ head, tail }: TwoParts) {
    this.head = head;
    this.tail = tail;
    this.bytes = undefined;
  }

  get text(): string {
    const { head } = this;
    return (typeof head === "string" ? head : textOf(head)) + this.tail.text;
  }
}

/** One that several outlets are given. What they make of it is made once; texts of one event may have one tail. */
export class SharedText extends EventText {
  readonly origin: Origin;
  /** Another text of the same event. */
  readonly next: SharedText | undefined;

  constructor(parts: TwoParts, origin: Origin, next: SharedText | undefined) {
    super(parts);
    this.origin = origin;
    this.next = next;
  }
}

/**
 * The events of a session as texts, for all members who are sent the same text in the same turn of the event loop: those
 * who keep up. Each event has two or three: members differ in the event that they were sent before it.
 */
export class SharedTexts {
  // Never cleared, always dropped: V8 chains the tables of a map that is cleared, and so keeps what was in them.
  #texts: Map<number, SharedText> | undefined;

  find(codec: object, seq: number, previous: number): SharedText | undefined {
    let found = this.#texts?.get(seq);
    while (found !== undefined && (found.origin.previous !== previous || found.origin.codec !== codec))
      found = found.next;
    return found;
  }

  /** The tail of an event that others were sent in this turn. */
  tailOf(codec: object, seq: number): Tail | undefined {
    let found = this.#texts?.get(seq);
    while (found !== undefined && found.origin.codec !== codec) found = found.next;
    return found?.tail;
  }

  keep(head: Head, tail: Tail, origin: Origin): SharedText {
    let texts = this.#texts;
    if (texts === undefined) {
      texts = new Map();
      this.#texts = texts;
      if (used.push(this) === 1) setImmediate(forgetAll);
    }
    const shared = new SharedText({ head, tail }, origin, texts.get(origin.seq));
    texts.set(origin.seq, shared);
    return shared;
  }

  /** At the end of the turn. */
  forget(): void {
    this.#texts = undefined;
  }
}

/** Those that have something to forget. All of them share one immediate, because each costs its own. */
let used: SharedTexts[] = [];

function forgetAll(): void {
  const all = used;
  used = [];
  for (const texts of all) texts.forget();
}
