/** What has to be taken back in memory if a transaction fails. */
export class Changes {
  #back: (() => void)[] = [];

  note(back: () => void): void {
    this.#back.push(back);
  }

  /** What was changed is durable. */
  keep(): void {
    this.#back = [];
  }

  /** What was changed is not. */
  takeBack(): void {
    for (const back of this.#back.reverse()) back();
    this.#back = [];
  }
}
