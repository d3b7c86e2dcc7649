import { LAST_SEQ, type Miss } from "./header.ts";

/** Milliseconds in which what was received is acknowledged at the latest. */
const ACK_AFTER = 1_000;

/** What became of a received packet. */
export type Received = "kept" | "repeated" | "beyond";

/** The receiving half of a reliable channel: puts packets in order. Times are in milliseconds. */
export class ReliableReceiver<Packet> {
  private readonly waiting = new Map<number, Packet>();
  private acked = 0;
  /** The highest that came, even if there was no room for it. */
  private highest = 0;
  private processing = false;
  /** Processed since the last acknowledgement left. */
  private unsaid = 0;
  private due: number | undefined;
  private readonly room: number;

  /** `room`: packets that are kept beyond the last one that was processed. */
  constructor(room: number) {
    this.room = room;
  }

  /** Whether a packet was given out and not processed. */
  get busy(): boolean {
    return this.processing;
  }

  /** When an acknowledgement is to be sent at the latest; undefined where none is owed. */
  get ackAt(): number | undefined {
    return this.due;
  }

  /** The highest `seq` that was processed. */
  get ack(): number {
    return this.acked;
  }

  /** Whether anything was ever received: an end that only sends has nothing to acknowledge. */
  get active(): boolean {
    return this.highest > 0;
  }

  /** What is missing and what there is room for, if the other end should be told now. */
  get miss(): Miss | undefined {
    const end = Math.min(this.acked + this.room, LAST_SEQ);
    const missing: number[] = [];
    for (let seq = this.acked + 1; seq <= this.highest && seq < end; seq++) {
      if (!this.waiting.has(seq)) missing.push(seq);
    }
    const crowded = 2 * this.waiting.size > this.room;
    return (missing.length > 0 || crowded) && end > this.acked ? { missing, end } : undefined;
  }

  /** Takes a packet in. One that came before, or that comes too early, is answered at once, so that its sender knows. */
  receive(seq: number, packet: Packet, now: number): Received {
    if (seq <= this.acked || this.waiting.has(seq)) {
      this.due = now;
      return "repeated";
    }
    this.highest = Math.max(this.highest, seq);
    if (seq > this.acked + this.room) {
      this.due = now;
      return "beyond";
    }
    this.waiting.set(seq, packet);
    this.due = this.miss === undefined ? (this.due ?? now + ACK_AFTER) : now;
    return "kept";
  }

  /** The next packet in order, once; the one after it when this one was processed. */
  next(): { readonly seq: number; readonly packet: Packet } | undefined {
    const seq = this.acked + 1;
    const packet = this.waiting.get(seq);
    if (this.processing || packet === undefined) return undefined;
    this.processing = true;
    return { seq, packet };
  }

  /** The packet that `next` gave was processed; `last`: no other comes. False where there is none. */
  processed(now: number, last: boolean): boolean {
    if (!this.processing) return false;
    this.processing = false;
    this.waiting.delete(++this.acked);
    // A sender that waits for room is not kept waiting for the second to pass.
    if (2 * ++this.unsaid >= this.room || last) this.due = now;
    this.due ??= now + ACK_AFTER;
    return true;
  }

  /** An acknowledgement has left with a packet. */
  acknowledged(): void {
    this.unsaid = 0;
    this.due = undefined;
  }
}
