import { Member, type MemberOptions } from "../reliability/member.ts";
import { sleep, within } from "../reliability/wait.ts";

/** Seconds after which somebody who is not answered goes to another node. */
const PATIENCE = 2;
/** Milliseconds between an answer and the next message, and between two attempts to come back. */
const PAUSE = 150;

export interface WandererOptions extends MemberOptions {
  readonly ledger: ConstructorParameters<typeof Member>[0];
  readonly urls: readonly string[];
  /** Of these, where it begins. */
  readonly first: number;
}

/**
 * A member that talks all the time, says again what was not answered, and goes on to the next node as soon as one does
 * not answer. What is counted about what it gets is in its ledger.
 */
export class Wanderer {
  readonly member: Member;
  /** When it was answered last, by the clock of `performance`, to something that it had said then. */
  answeredAt = 0;
  /** Milliseconds that each answer to a new message took. */
  readonly latencies: number[] = [];
  /** How often it has gone to another node. */
  moves = 0;
  readonly #urls: readonly string[];
  #at: number;
  #isOver = false;

  constructor({ ledger, urls, first, ...options }: WandererOptions) {
    this.member = new Member(ledger, options);
    this.#urls = urls;
    this.#at = first;
  }

  /** Talks until `stop`; then it has an answer to everything. */
  async live(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#talk();
      } catch {
        // Refused, cut off, or not answered in time.
        this.member.cut();
        this.#at = (this.#at + 1) % this.#urls.length;
        this.moves++;
        await sleep(PAUSE);
      }
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  async #talk(): Promise<void> {
    await inTime(this.member.connect(this.#urls[this.#at] ?? ""));
    for (;;) {
      // The answers to what was said before come first: each of them has its number, and they have an order.
      const begun = performance.now();
      await inTime(this.member.send({ lanes: 1, fresh: false }));
      if (!this.member.isConnected) throw new Error("cut off");
      if (this.#isOver) return;
      await inTime(this.member.sayNext());
      this.answeredAt = begun;
      this.latencies.push(performance.now() - begun);
      await sleep(PAUSE);
    }
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  const done = await within(
    PATIENCE,
    work.then(() => true),
  );
  if (done === undefined) throw new Error("not answered in time");
}
