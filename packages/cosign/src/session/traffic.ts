import type { Clock, RandomBytes, SessionEvent } from "@countersign/client";
import { MethodError } from "../error.ts";
import { AdaptorExchange } from "./adaptor-exchange.ts";
import { ADAPTOR_ROUND, type RoundTripPlan, type RoundTripResult } from "./adaptor-round.ts";
import type { Agreement } from "./agreement.ts";
import { type AnsweredRound, AnsweredRounds } from "./answered-rounds.ts";
import type { Changes, Patience } from "./changes.ts";
import { faults } from "./faults.ts";
import { Inbound } from "./inbound.ts";
import type { Missed, Received } from "./mailbox.ts";
import type { Meters } from "./meters.ts";
import { Outbound, type Outgoing, type Sent } from "./outbound.ts";
import type { SessionEnd } from "./session-end.ts";
import type { Wire } from "./wire.ts";

export interface TrafficOptions {
  readonly wire: Wire;
  readonly agreement: Agreement;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly meters: Meters;
  /** What a process before this one has sent and answered, and up to which seq it was done with what came. */
  readonly past: Sent & { readonly answered: readonly AnsweredRound[] | undefined; readonly taken: number };
  /** Resolves when it is durable how much was sent, and what was answered. */
  keep(): Promise<void>;
  /** How the session has ended; undefined while it goes on. */
  end(): SessionEnd | undefined;
}

/** What the parties of one session say to each other once all have confirmed the SAS, and nothing before. */
export class Traffic {
  private readonly options: TrafficOptions;
  private readonly adaptors: AdaptorExchange;
  private readonly rounds: AnsweredRounds;
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private settling = Promise.resolve();

  constructor(options: TrafficOptions) {
    const { past } = options;
    this.options = options;
    this.inbound = new Inbound({ ...options, taken: past.taken });
    this.outbound = new Outbound({ ...options, ...past });
    this.rounds = new AnsweredRounds(past.answered);
    const peer = () => options.agreement.peer;
    this.adaptors = new AdaptorExchange({ ...options, answered: this.rounds, peer, check: () => this.requireAlive() });
  }

  /** What was sent so far. */
  get sent(): Sent {
    return this.outbound.state;
  }

  /** Round trips in which this party gave its pre-signatures. */
  get answered(): readonly AnsweredRound[] {
    return this.rounds.last;
  }

  /** Messages that came. */
  get received(): number {
    return this.inbound.count;
  }

  /**
   * Sends a message; its number among those that were sent, when it is certain to arrive, whatever becomes of this
   * process. Throws `MethodError`.
   */
  async send(outgoing: Outgoing): Promise<number> {
    const { agreement, end } = this.options;
    this.requireComplete("send");
    this.requireAlive();
    if (outgoing.to !== 0 && !agreement.has(outgoing.to)) throw faults.unknownParty();
    try {
      return await this.outbound.send(outgoing);
    } catch (error) {
      const ended = end();
      throw ended === undefined || error instanceof MethodError ? error : faults.ended(ended);
    }
  }

  /** The next message, or the first one behind the seq `after`; undefined when the time is up. Throws `MethodError`. */
  async receive(patience: Patience, after?: number): Promise<Received | undefined> {
    // On the disk before more is answered: after a crash, only the last answer can come a second time.
    if (this.inbound.had(after)) this.settling = this.settled().catch(() => undefined);
    // All wait for it, so that they stay in the order in which they came.
    await this.settling;
    const find = () => {
      this.requireComplete("receive");
      const message = this.inbound.take(after);
      if (message === undefined) this.requireAlive();
      return message;
    };
    return await this.options.changes.until(find, patience);
  }

  /** What came behind a seq and is kept. Throws `MethodError`. */
  since(seq: number): Missed {
    this.requireComplete("receive");
    return this.inbound.since(seq);
  }

  /** Goes through a round in which the two parties pre-sign a transaction for each other. Throws `MethodError`. */
  async roundTrip(plan: RoundTripPlan, patience: Patience): Promise<RoundTripResult> {
    this.requireComplete("send");
    this.requireAlive();
    if (this.options.wire.parameters.parties !== 2) throw faults.adaptorParties();
    return await this.adaptors.run(plan, patience);
  }

  /** What came of rounds of this transaction that were answered here, also once the session has ended. Throws `MethodError`. */
  answeredAgain(psbt: Uint8Array): RoundTripResult {
    return this.adaptors.again(psbt);
  }

  /** Takes a message in; whether there is room for what callers have not asked for. */
  push(message: Extract<SessionEvent, { readonly type: "message" }>): boolean {
    if (message.round !== ADAPTOR_ROUND) return this.inbound.push(message);
    this.adaptors.push(message.bytes);
    this.inbound.aside(message.seq);
    return true;
  }

  /** Settles when the others have everything, or after so many milliseconds. */
  delivered(ms: number): Promise<void> {
    return this.outbound.delivered(ms);
  }

  /** Settles when all is on the disk that was said so far, also what had to wait for its turn. */
  private async settled(): Promise<void> {
    const { keep, wire } = this.options;
    await wire.kept();
    await keep();
  }

  private requireAlive(): void {
    const end = this.options.end();
    if (end !== undefined) throw faults.ended(end);
  }

  private requireComplete(what: "send" | "receive"): void {
    const { isComplete, sas, unconfirmed } = this.options.agreement;
    if (isComplete) return;
    this.requireAlive();
    if (sas === undefined) throw faults.handshakeRequired(what);
    throw faults.sasUnconfirmed(`the SAS is not confirmed by ${unconfirmed.join(", ")}`);
  }
}
