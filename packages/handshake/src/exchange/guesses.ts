import type { Incoming } from "./cipher-set.ts";
import type { ExchangeOutput } from "./exchange-types.ts";
import type { RunRecord } from "./run-record.ts";

/** The guesses of a code that runs make possible (spec 0003, section 4.3), as they are told to who counts them. */
export class Guesses<Peer, Packet extends Incoming, Introduced> {
  private readonly say: (output: ExchangeOutput<Peer, Introduced>) => void;

  constructor(say: (output: ExchangeOutput<Peer, Introduced>) => void) {
    this.say = say;
  }

  /** The next flight lets the peer test one. */
  charge(record: RunRecord<Peer, Packet, Introduced>): void {
    record.charged = true;
    this.say({ type: "charge" });
  }

  /** It was none. */
  refund(record: RunRecord<Peer, Packet, Introduced>): void {
    if (!record.charged) return;
    record.charged = false;
    this.say({ type: "refund" });
  }

  /** The peer has made one that is wrong. */
  failed(record: RunRecord<Peer, Packet, Introduced>): void {
    if (record.counted) return;
    record.counted = true;
    this.say({ type: "bad-guess" });
  }
}
