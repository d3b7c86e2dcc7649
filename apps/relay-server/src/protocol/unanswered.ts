import type { Task } from "./dialect.ts";
import type { Weight } from "./weight.ts";

/** Whom it is told how many there are. */
export interface UnansweredHost {
  /** A message asks for several calls. */
  weighed(calls: number): void;
  /** A call is refused. */
  refused(): void;
  /** A message is answered. */
  answered(): void;
}

/** The messages of a client that were taken in and are not answered. */
export class Unanswered {
  readonly #host: UnansweredHost;
  #count = 0;
  /** Of messages, and of long answers. */
  #bytes = 0;
  #allAnswered: (() => void) | undefined;

  constructor(host: UnansweredHost) {
    this.#host = host;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts a message until its task is done. */
  add(bytes: number, now: number): Task {
    this.#count++;
    this.#bytes += bytes;
    return new Taken(this, bytes, now);
  }

  weighed({ calls, answerBytes }: Weight): void {
    this.#bytes += answerBytes;
    if (calls > 1) this.#host.weighed(calls);
  }

  refused(): void {
    this.#host.refused();
  }

  answered(bytes: number): void {
    this.#count--;
    this.#bytes -= bytes;
    if (this.#count === 0) this.#allAnswered?.();
    this.#host.answered();
  }

  /** Resolves when there is none. */
  none(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#allAnswered = resolve;
    });
  }
}

/** A message that was taken in and is not answered. */
class Taken implements Task {
  readonly since: number;
  readonly #unanswered: Unanswered;
  #bytes: number;

  constructor(unanswered: Unanswered, bytes: number, now: number) {
    this.since = now;
    this.#unanswered = unanswered;
    this.#bytes = bytes;
  }

  weigh(weight: Weight): void {
    this.#bytes += weight.answerBytes;
    this.#unanswered.weighed(weight);
  }

  refused(): void {
    this.#unanswered.refused();
  }

  done(): void {
    this.#unanswered.answered(this.#bytes);
  }
}
