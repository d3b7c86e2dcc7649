import type { Task } from "./dialect.ts";
import type { Weight } from "./weight.ts";

/** Where messages are counted that are not answered. */
interface Counter {
  weighed(weight: Weight): void;
  answered(bytes: number): void;
}

/** A message that was taken in and is not answered. */
export class Taken implements Task {
  readonly #counter: Counter;
  #bytes: number;

  constructor(counter: Counter, bytes: number) {
    this.#counter = counter;
    this.#bytes = bytes;
  }

  weigh(weight: Weight): void {
    this.#bytes += weight.answerBytes;
    this.#counter.weighed(weight);
  }

  done(): void {
    this.#counter.answered(this.#bytes);
  }
}
