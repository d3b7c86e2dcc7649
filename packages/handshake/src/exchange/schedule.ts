/** When a flight is sent again, in ms after it was first sent (e3x: 1, 3, 7 and 15 seconds). */
export const resendAfter = [1_000, 3_000, 7_000, 15_000] as const;
/** When an unanswered flight's exchange is dropped, in ms after the flight was first sent. */
export const FLIGHT_LIFE = 30_000;
/** The most that a whole exchange may take, in ms. */
export const EXCHANGE_LIFE = 90_000;

/** The times of one flight, or of a wait without one. */
export class Schedule {
  private readonly sentAt: number;
  private readonly expiresAt: number;
  private readonly resendAfter: readonly number[];
  private resent = 0;

  private constructor(sentAt: number, expiresAt: number, resends: readonly number[]) {
    this.sentAt = sentAt;
    this.expiresAt = expiresAt;
    this.resendAfter = resends;
  }

  /** Of a flight that is sent now. */
  static ofFlight(now: number, exchangeStartedAt: number): Schedule {
    return new Schedule(now, Math.min(now + FLIGHT_LIFE, exchangeStartedAt + EXCHANGE_LIFE), resendAfter);
  }

  /** Of something that is waited for, or kept in mind, as long as for an answer. */
  static ofWait(now: number): Schedule {
    return new Schedule(now, now + FLIGHT_LIFE, []);
  }

  /** The next moment at which something is due. */
  get due(): number {
    const offset = this.resendAfter[this.resent];
    return offset === undefined ? this.expiresAt : Math.min(this.sentAt + offset, this.expiresAt);
  }

  /** What is due at `now`, if anything. A resend that was slept through is not made up for. */
  take(now: number): "resend" | "expire" | undefined {
    if (now >= this.expiresAt) return "expire";
    let due = false;
    for (let offset = this.resendAfter[this.resent]; offset !== undefined && now >= this.sentAt + offset; ) {
      due = true;
      this.resent++;
      offset = this.resendAfter[this.resent];
    }
    return due ? "resend" : undefined;
  }
}
