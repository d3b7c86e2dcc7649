import { sleep } from "../wait.ts";
import type { Ledger } from "./ledger.ts";
import { Life } from "./life.ts";

/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;

export interface Surroundings {
  readonly folder: string;
  readonly url: string;
  readonly ledger: Ledger;
}

/** A signer over all its lives. The next one is loaded before it is needed. */
export class Hand {
  readonly #number: number;
  readonly #surroundings: Surroundings;
  #life: Life;
  #next: Life;
  #isStopped = false;

  constructor(number: number, surroundings: Surroundings) {
    this.#number = number;
    this.#surroundings = surroundings;
    this.#life = this.#load();
    this.#next = this.#load();
  }

  /** The signature, whatever happens to the process; "" if it gives up. */
  async sign(id: string): Promise<string> {
    for (;;) {
      const life = this.#life;
      const signature = await life.sign(id);
      // Killed: the next life goes on, from the same folder.
      if (signature !== undefined) return signature;
      await life.gone;
      if (this.#isStopped) return "";
      this.#life = this.#next;
      this.#next = this.#load();
    }
  }

  /** Ends the process, so and so far into a signing. */
  async strike(id: string, { line, delay }: { readonly line: number; readonly delay: number }): Promise<void> {
    const { outcome } = this.#surroundings.ledger;
    const life = this.#life;
    if (!(await life.hasSaid(line, id))) {
      outcome.late++;
      return;
    }
    await sleep(delay);
    if (life.isOver(id)) {
      outcome.late++;
      return;
    }
    life.kill();
    if ((await life.gone) === KILLED) outcome.killed++;
    else {
      outcome.ended++;
      outcome.complaints.push(`signer ${this.#number} ended by itself: ${life.complaint}`);
    }
  }

  /** How far it is, for a person. */
  get whereabouts(): string {
    return `signer ${this.#number} has said: ${this.#life.said}`;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const life of [this.#life, this.#next]) {
      life.kill();
      await life.gone;
    }
  }

  #load(): Life {
    const { folder, url, ledger } = this.#surroundings;
    return new Life([folder, url, `${this.#number}`], ledger);
  }
}
