import type { Bundle, Clock, Hand } from "@countersign/client";
import type { Agreement } from "./agreement.ts";
import { faults } from "./faults.ts";
import type { SessionEnd } from "./session-end.ts";
import type { Wire } from "./wire.ts";

export interface ByHandOptions {
  /** None where nobody can carry: for more than two parties or contacts, and once all is over. */
  readonly hand: Hand | undefined;
  readonly wire: Wire;
  readonly agreement: Agreement;
  readonly clock: Clock;
  /** Whether a process before this one has noted that it goes by hand. */
  readonly wasCarrying: boolean;
  /** How the session has ended, if it has. */
  end(): SessionEnd | undefined;
  /** Writes that the session goes by hand from now on. */
  keep(): Promise<void>;
}

const NOTHING = new Uint8Array(0);
/** Times that something is sent again to who does not acknowledge it, until somebody asks anew what there is to carry. */
const SENT_AGAIN = 4;

/** What somebody carries by hand between the parties of a session, one call after the other. */
export class ByHand {
  private readonly options: ByHandOptions;
  private sentAgain = 0;

  constructor(options: ByHandOptions) {
    this.options = options;
  }

  /** Whether packets go by hand, and not over a relay. */
  get isCarrying(): boolean {
    const { hand, wasCarrying } = this.options;
    return hand?.isCarrying ?? wasCarrying;
  }

  /** Whether they go over the relay, because the other party has come over it. */
  get isRelayed(): boolean {
    const { hand, wasCarrying } = this.options;
    return hand?.isRelayed ?? !wasCarrying;
  }

  /** What is left to be carried; empty for nothing. */
  get rest(): Uint8Array {
    const { hand } = this.options;
    return hand === undefined || hand.isEmpty ? NOTHING : hand.pack();
  }

  /**
   * Takes in what came from the other party, and answers what it is to be given; empty for nothing. Throws `MethodError`
   * for what is not of that party, and then nothing has happened; and for a session that has ended when nothing is left.
   */
  async carry(bytes: Uint8Array | undefined): Promise<Uint8Array> {
    const { agreement, end, wire } = this.options;
    if (wire.parameters.parties !== 2) throw faults.handParties();
    const packets = end() === undefined || bytes !== undefined ? await this.exchange(bytes) : this.rest;
    const ended = end();
    if (ended === undefined || packets.length > 0) return packets;
    throw agreement.sas === undefined ? faults.handshakeFailed(ended) : faults.ended(ended);
  }

  private async exchange(bytes: Uint8Array | undefined): Promise<Uint8Array> {
    const { agreement, end, hand, wire } = this.options;
    if (hand === undefined || hand.isRelayed) {
      if (bytes === undefined || end() !== undefined) return NOTHING;
      throw faults.relayed();
    }
    const bundle = bytes === undefined ? undefined : read(hand, bytes);
    if (bundle !== undefined) await this.take(hand, bundle);
    await this.settled();
    if (bytes === undefined || wire.isAcknowledged) this.sentAgain = 0;
    if (hand.isEmpty && agreement.sas !== undefined) await this.sendAgain();
    return !hand.isEmpty || isAsked(hand, bundle) ? hand.pack() : NOTHING;
  }

  private async take(hand: Hand, bundle: Bundle): Promise<void> {
    const { agreement, clock, keep } = this.options;
    // Before the relay is told: a process after this one has to know which way it goes.
    if (!hand.isCarrying) await keep();
    const taken = await hand.take(bundle, {
      settled: () => this.settled(),
      isPaired: () => agreement.labels.length > 0,
      isAgreed: () => agreement.sas !== undefined,
    });
    if (!taken.ok) throw faults.packets(taken);
    // Behind everything that follows from it: what a session tells is heard in the same turn.
    await new Promise<void>((resolve) => clock.wakeAt(clock.now().ms, resolve));
  }

  /**
   * That packets came, whoever carries can say; that what is in them came, only the other party. Before there is a SAS, a
   * string that was forged makes the session fail instead.
   */
  private async sendAgain(): Promise<void> {
    const { wire } = this.options;
    if (wire.isAcknowledged || this.sentAgain === SENT_AGAIN) return;
    this.sentAgain += 1;
    wire.sendAgain();
    await this.settled();
  }

  private settled(): Promise<void> {
    // What does not settle has ended, and says so elsewhere.
    return this.options.wire.kept().catch(() => undefined);
  }
}

function read(hand: Hand, bytes: Uint8Array): Bundle {
  const bundle = hand.read(bytes);
  if (bundle.ok) return bundle.value;
  throw faults.packets(bundle);
}

/** Whether there is something to say though no packet waits: who this is, or that the other's packets came. */
function isAsked(hand: Hand, bundle: Bundle | undefined): boolean {
  if (bundle === undefined) return !hand.isKnown;
  return bundle.packets.length > 0 || bundle.asks;
}
