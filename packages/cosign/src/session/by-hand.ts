import type { Bundle, Clock, Hand } from "@countersign/client";
import { faults } from "./faults.ts";
import type { Wire } from "./wire.ts";

export interface ByHandOptions {
  readonly hand: Hand;
  readonly wire: Wire;
  readonly clock: Clock;
  /** Whether the keys of the other party are known. */
  isPaired(): boolean;
  /** Whether there is a SAS. */
  isAgreed(): boolean;
  /** Writes that the session goes by hand from now on. */
  keep(): Promise<void>;
}

/** What somebody carries by hand between the parties of a session, one call after the other. */
export class ByHand {
  private readonly options: ByHandOptions;

  constructor(options: ByHandOptions) {
    this.options = options;
  }

  /** Whether no relay is needed any more. */
  get isCarrying(): boolean {
    return this.options.hand.isCarrying;
  }

  /** What is left to be carried; empty for nothing. */
  get rest(): Uint8Array {
    const { hand } = this.options;
    return hand.isEmpty ? new Uint8Array(0) : hand.pack();
  }

  /**
   * Takes in what came from the other party, and answers what it is to be given; empty for nothing. Throws
   * `MethodError` for what is not of that party, and then nothing has happened.
   */
  async exchange(bytes: Uint8Array | undefined): Promise<Uint8Array> {
    const { hand } = this.options;
    const bundle = bytes === undefined ? undefined : this.read(bytes);
    if (hand.isRelayed) {
      if (bundle === undefined) return new Uint8Array(0);
      throw faults.relayed();
    }
    if (bundle !== undefined) await this.take(bundle);
    await this.settled();
    return !hand.isEmpty || this.isAsked(bundle) ? hand.pack() : new Uint8Array(0);
  }

  private read(bytes: Uint8Array): Bundle {
    const bundle = this.options.hand.read(bytes);
    if (bundle.ok) return bundle.value;
    throw faults.packets(bundle);
  }

  private async take(bundle: Bundle): Promise<void> {
    const { clock, hand, isAgreed, isPaired, keep } = this.options;
    // Before the relay is told: a process after this one has to know which way it goes.
    if (!hand.isCarrying) await keep();
    await hand.take(bundle, { settled: () => this.settled(), isAgreed, isPaired });
    // Behind everything that follows from it: what a session tells is heard in the same turn.
    await new Promise<void>((resolve) => clock.wakeAt(clock.now().ms, resolve));
  }

  /** Whether there is something to say though no packet waits: who this is, or that the other's packets came. */
  private isAsked(bundle: Bundle | undefined): boolean {
    if (bundle === undefined) return !this.options.hand.hasHeard;
    return bundle.packets.length > 0 || bundle.seen === undefined;
  }

  private settled(): Promise<void> {
    // What does not settle has ended, and says so elsewhere.
    return this.options.wire.kept().catch(() => undefined);
  }
}
