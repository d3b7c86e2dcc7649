import type { ResendSchedule } from "./resend-schedule.ts";

/** A frame that was sent and is not acknowledged. */
export interface SentFrame {
  readonly n: number;
  /** The packet's body, which is never sealed again. */
  readonly body: Uint8Array;
  readonly schedule: ResendSchedule;
  /** The number of the message that is whole with this frame. */
  readonly completes: bigint | undefined;
}

/** What was sent and is not acknowledged, the oldest first. */
export class SendWindow {
  private frames: SentFrame[] = [];
  /** The earliest time in all schedules: every step asks for it, few change it. */
  private due = Infinity;

  get size(): number {
    return this.frames.length;
  }

  /** When `resend` next has something to say. */
  get resendAt(): number | undefined {
    return this.due === Infinity ? undefined : this.due;
  }

  add(frame: SentFrame): void {
    this.frames.push(frame);
    this.due = Math.min(this.due, frame.schedule.due);
  }

  /**
   * The peer expects `next`: what is below is no longer kept. Returns the number of the last message that is whole with
   * it, if any.
   */
  acknowledge(next: number): bigint | undefined {
    const acknowledged = this.frames.filter(({ n }) => n < next);
    this.replace(this.frames.slice(acknowledged.length));
    return acknowledged.findLast(({ completes }) => completes !== undefined)?.completes;
  }

  /** The body of frame `n`, as long as it is unacknowledged. */
  bodyOf(n: number): Uint8Array | undefined {
    return this.frames.find((frame) => frame.n === n)?.body;
  }

  /**
   * The bodies to send again now, verbatim. A frame whose resends are used up comes along with a later one that waits
   * for an ACK, since that one cannot be delivered without it.
   */
  resend(now: number): readonly Uint8Array[] {
    if (now < this.due) return [];
    const due = new Set(this.frames.filter(({ schedule }) => schedule.take(now)));
    const last = this.frames.findLast((frame) => due.has(frame) && frame.schedule.wantsAck)?.n ?? -1;
    const again = this.frames.filter((frame) => due.has(frame) || (frame.schedule.resting && frame.n < last));
    for (const { schedule } of again) schedule.sentAgain(now);
    this.replace(this.frames);
    return again.map(({ body }) => body);
  }

  /** A sign of life from the peer: those that have rested long enough and wait for an ACK begin anew, if there are any. */
  revive(now: number): boolean {
    return this.restartAll(
      this.frames.filter(({ schedule }) => schedule.rested(now)),
      now,
    );
  }

  /** The transport is back: everything begins anew. */
  restart(now: number): void {
    this.restartAll(this.frames, now);
  }

  /** Forgets everything. */
  clear(): void {
    this.replace([]);
  }

  private restartAll(frames: readonly SentFrame[], now: number): boolean {
    for (const { schedule } of frames) schedule.restart(now);
    if (frames.length > 0) this.due = now;
    return frames.length > 0;
  }

  private replace(frames: SentFrame[]): void {
    this.frames = frames;
    this.due = frames.reduce((earliest, { schedule }) => Math.min(earliest, schedule.due), Infinity);
  }
}
