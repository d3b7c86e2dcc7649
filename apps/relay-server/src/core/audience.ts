import { encodeMpcEvent, type MpcEvent } from "@countersign/rpc";

/** A connection that hears what happens while it lasts. Nothing is said to it again. */
export interface Listener {
  /** Sends a text behind the answers of this turn of the event loop. */
  announce(text: string): void;
  /** Closes the connection because a session of it has expired. */
  expired(session: string): void;
}

/** The connections that are members of live groups, by the numbers under which the groups know them. */
export class Audience {
  readonly #listeners = new Map<number, Listener>();
  #last = 0;

  /** Gives a connection its number, which no other one has as long as the relay runs. */
  add(listener: Listener): number {
    this.#listeners.set(++this.#last, listener);
    return this.#last;
  }

  remove(number: number): void {
    this.#listeners.delete(number);
  }

  /** Tells connections of an event; those that are gone do not hear it. */
  tell(numbers: readonly number[], event: MpcEvent): void {
    const listeners = this.#find(numbers);
    if (listeners.length === 0) return;
    const text = encodeMpcEvent(event);
    for (const listener of listeners) listener.announce(text);
  }

  cut(numbers: readonly number[], session: string): void {
    for (const listener of this.#find(numbers)) listener.expired(session);
  }

  #find(numbers: readonly number[]): Listener[] {
    return numbers.flatMap((number) => this.#listeners.get(number) ?? []);
  }
}
