import type { AppendWaiter } from "@countersign/relay";
import { messageOf, StoreError } from "../failure.ts";

/** Who has appended an entry. One of the two is called, once and never inside the call; neither may throw. */
export interface Asker<Answer> {
  /** The entry is durable; with what the machine has answered, undefined if nothing. */
  answered(answer: Answer | undefined): void;
  /** The entry has no effect. */
  failed(error: StoreError): void;
}

/** Whose log it is. */
interface Host {
  /** An entry is on its way no more. */
  settled(): void;
}

/**
 * An entry that this process has appended, until it is durable. There is one for each message of a relay: it is its own
 * waiter, because two functions more would cost as much as applying it.
 */
export class OwnEntry<Entry, Answer> implements AppendWaiter {
  readonly entry: Entry;
  /** What the machine has answered when the entry came back. */
  answer: Answer | undefined;
  readonly #asker: Asker<Answer>;
  readonly #host: Host;

  constructor(entry: Entry, { asker, host }: { asker: Asker<Answer>; host: Host }) {
    this.entry = entry;
    this.answer = undefined;
    this.#asker = asker;
    this.#host = host;
  }

  stored(): void {
    this.#host.settled();
    this.#asker.answered(this.answer);
  }

  failed(error: unknown): void {
    this.#host.settled();
    this.#asker.failed(new StoreError(messageOf(error), { cause: error }));
  }
}
