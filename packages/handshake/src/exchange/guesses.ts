import type { Incoming } from "./cipher-set.ts";
import type { RunRecord } from "./run-record.ts";
import type { Said } from "./said.ts";

/** The guesses of a code that runs make possible (spec 0003, section 4.3), as they are told to who counts them. */
export class Guesses<Peer, Packet extends Incoming, Introduced> {
  private readonly said: Said<Peer, Introduced>;

  constructor(said: Said<Peer, Introduced>) {
    this.said = said;
  }

  /** The next flight lets the peer test one. */
  charge(record: RunRecord<Peer, Packet, Introduced>): void {
    record.charged = true;
    this.said.say({ type: "charge" });
  }

  /** It was none. */
  refund(record: RunRecord<Peer, Packet, Introduced>): void {
    if (!record.charged) return;
    record.charged = false;
    this.said.say({ type: "refund" });
  }

  /** The peer has made one that is wrong. */
  failed(record: RunRecord<Peer, Packet, Introduced>): void {
    if (record.counted) return;
    record.counted = true;
    this.said.say({ type: "bad-guess" });
  }
}
