/** Milliseconds that an answer is given to arrive before it is sent for an asker who does not repeat himself verbatim. */
const REST = 1_000;
/** How often it is sent to such a one. */
const MOST = 4;

/**
 * Our answer to the peer's last handshake. Implementations exist that make a handshake anew where they should send the same
 * bytes again; the machine drops those as duplicates, and a lost answer would be lost for good. It is sent again, but
 * seldom: others say one handshake more after each answer, and two such ends would never come to rest.
 */
export class LastAnswer {
  private at: bigint | undefined;
  private flight: Uint8Array[] = [];
  private sentAt = 0;
  private left = 0;

  /** The peer says something; with another `at` it is something new. */
  heard(at: bigint): void {
    if (at !== this.at) this.flight = [];
    this.at = at;
  }

  /** Part of the answer has left. */
  add(body: Uint8Array, now: number): void {
    this.flight.push(body);
    this.sentAt = now;
    this.left = MOST;
  }

  /** What to send to somebody who says the same in other bytes. */
  again(now: number): readonly Uint8Array[] {
    if (this.left === 0 || now < this.sentAt + REST) return [];
    this.sentAt = now;
    this.left--;
    return this.flight;
  }
}
