import { relayAddresses } from "./relay-url.ts";

/** How long a relay is waited for. */
export interface Patience {
  /** Ms that one attempt to connect may take at most. */
  readonly connectMs: number;
  /** Ms after which a relay that owes an answer and says nothing at all is given up. */
  readonly answerMs: number;
  /** Ms of silence after which the relay is asked whether it is still there. */
  readonly quietMs: number;
}

const alone: Patience = { connectMs: Number.POSITIVE_INFINITY, answerMs: 15_000, quietMs: 30_000 };
/** Who can go elsewhere finds out within 9 s that it has to, and is back within 10. */
const amongOthers: Patience = { connectMs: 3_000, answerMs: 4_000, quietMs: 4_000 };

/** The addresses of one relay: any of its nodes will do, so who loses one goes on to the next. */
export class RelayNodes {
  readonly patience: Patience;
  /** At least one. */
  readonly addresses: readonly [string, ...string[]];
  private at = 0;
  /** Nodes that were left in a row since one was reached. */
  private left = 0;

  /** Throws `UsageError` for what is no address of a relay. */
  constructor(urls: string | readonly string[]) {
    this.addresses = relayAddresses(urls);
    this.patience = this.addresses.length > 1 ? amongOthers : alone;
  }

  /** The address of the node that is the one now. */
  get current(): string {
    return this.addresses[this.at] ?? this.addresses[0];
  }

  /** There is a connection to the current one. */
  reached(): void {
    this.left = 0;
  }

  /** Goes on to the next node; answers whether it is one that was not tried since a node was reached. */
  next(): boolean {
    this.at = (this.at + 1) % this.addresses.length;
    this.left += 1;
    if (this.left < this.addresses.length) return true;
    this.left = 0;
    return false;
  }
}
