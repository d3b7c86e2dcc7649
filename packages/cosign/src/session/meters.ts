/** The mean of what was measured. */
class Mean {
  private count = 0;
  private sum = 0;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
  }

  /** To a tenth; null: nothing was measured. */
  get value(): number | null {
    return this.count === 0 ? null : Math.round((10 * this.sum) / this.count) / 10;
  }
}

/** What all sessions of a daemon count and measure together. */
export class Meters {
  /** Messages that were sent and received. */
  messages = 0;
  /** Messages that nobody could read. */
  unreadable = 0;
  /** Connections to a relay that were lost, or could not be made. */
  relayFailures = 0;
  /** Those since a relay was last heard. */
  relayFailuresInARow = 0;
  /** When a relay was last heard, in milliseconds of the daemon's clock. */
  relayHeardAt: number | undefined;
  /** Milliseconds from the moment in which all parties were there to the SAS. */
  readonly handshake = new Mean();
  /** Milliseconds until all other parties had acknowledged a message. */
  readonly delivery = new Mean();

  relayHeard(now: number): void {
    this.relayHeardAt = now;
    this.relayFailuresInARow = 0;
  }

  relayFailed(): void {
    this.relayFailures += 1;
    this.relayFailuresInARow += 1;
  }
}
