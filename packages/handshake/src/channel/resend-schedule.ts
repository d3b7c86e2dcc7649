import { RESEND_AFTER, REST } from "./limits.ts";

/** When one unacknowledged frame is sent again (spec 0004, section 6). */
export class ResendSchedule {
  /** Whether the frame is of a kind that asks for an ACK. */
  readonly wantsAck: boolean;
  /** When the frame is to be sent next; `Infinity` while it rests because its resends are used up. */
  due: number;
  private begun: number;
  private last: number;

  constructor(now: number, wantsAck: boolean) {
    this.wantsAck = wantsAck;
    this.begun = now;
    this.last = now;
    this.due = now + RESEND_AFTER[0];
  }

  get resting(): boolean {
    return this.due === Infinity;
  }

  /** Whether the frame is due, and if so goes on to the next time; what was slept through is not made up for. */
  take(now: number): boolean {
    if (now < this.due) return false;
    const after = RESEND_AFTER.find((delay) => this.begun + delay > now);
    this.due = this.begun + (after ?? Infinity);
    return true;
  }

  sentAgain(now: number): void {
    this.last = now;
  }

  /** Whether a sign of life may send it again: it waits for an ACK and was not sent for a while. */
  rested(now: number): boolean {
    return this.wantsAck && this.resting && now >= this.last + REST;
  }

  /** Begins anew: due at once, and then at the times after it. */
  restart(now: number): void {
    this.begun = now;
    this.due = now;
  }
}
