import type { GroupHost } from "./group-host.ts";

/** Events, and characters, that are handed to a connection until the log hears of it. */
const EVENTS = 256;
const CHARACTERS = 1024 * 1024;

/** How far the connections of a group have been told what happens in it; now and then that is put into its log. */
export class Handed {
  readonly #host: GroupHost;
  readonly #cursors = new Map<number, { seq: number; events: number; characters: number }>();

  constructor(host: GroupHost) {
    this.#host = host;
  }

  note(connection: number, seq: number, characters: number): void {
    let cursor = this.#cursors.get(connection);
    if (cursor === undefined) {
      cursor = { seq, events: 0, characters: 0 };
      this.#cursors.set(connection, cursor);
    }
    cursor.seq = seq;
    cursor.events++;
    cursor.characters += characters;
    if (cursor.events < EVENTS && cursor.characters < CHARACTERS) return;
    // All of them in one entry: those who keep up are where this one is.
    const taken = [...this.#cursors].map(([number, { seq: upTo }]) => [number, upTo] as const);
    this.#cursors.clear();
    this.#host.release(taken);
  }

  /** A connection is gone. */
  forget(connection: number): void {
    this.#cursors.delete(connection);
  }
}
