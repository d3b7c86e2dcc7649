import { LAST_SEQ, type ReliableHeader } from "./header.ts";

/** Milliseconds in which a packet is sent again once at most, however often it is said to be missing. */
const RESEND_PACE = 1_000;
/** Milliseconds without progress after which packets are sent again unasked: nobody misses what came last. */
const PROBE_AFTER = 2_000;

interface Outgoing<Packet> {
  readonly packet: Packet;
  sentAt: number;
  resent: boolean;
}

/** What an acknowledgement did. */
export interface Acknowledged {
  /** Whether it was for packets that were never sent; then it did nothing. */
  readonly ahead: boolean;
  /** Processed by the other end now, ascending. */
  readonly confirmed: readonly number[];
  /** To be sent again. */
  readonly resend: readonly number[];
}

/** The sending half of a reliable channel: keeps what was sent until it is acknowledged. Times are in milliseconds. */
export class ReliableSender<Packet> {
  private readonly outgoing = new Map<number, Outgoing<Packet>>();
  private last = 0;
  private acked = 0;
  private progressAt = 0;
  /** Since when packets wait for their acknowledgement without any progress. */
  private waitingAt = 0;
  private window: number;
  private readonly room: number;

  /** `room`: packets that may be unacknowledged, and all that may be until the other end says what it takes. */
  constructor(room: number) {
    this.room = room;
    this.window = room;
  }

  /** Whether one more packet may be sent. */
  get writable(): boolean {
    const end = Math.min(this.acked + Math.min(this.window, this.room), LAST_SEQ);
    return this.last < end;
  }

  /** When packets are to be sent again unasked; undefined where all are acknowledged. */
  get probeAt(): number | undefined {
    const oldest = this.outgoing.get(this.acked + 1);
    return oldest && Math.max(oldest.sentAt, this.progressAt) + PROBE_AFTER;
  }

  /** Since when nothing that was sent is acknowledged any more; undefined where all of it is. */
  get unconfirmedSince(): number | undefined {
    return this.outgoing.size === 0 ? undefined : this.waitingAt;
  }

  /** Takes a packet and gives it its `seq`; `writable` has been asked. */
  take(packet: Packet, now: number): number {
    if (this.outgoing.size === 0) this.waitingAt = now;
    this.outgoing.set(++this.last, { packet, sentAt: now, resent: false });
    return this.last;
  }

  /** A packet that is not acknowledged yet. */
  packet(seq: number): Packet | undefined {
    return this.outgoing.get(seq)?.packet;
  }

  /** If it is time: the oldest packet, and the newest, from which the other end sees what is missing in between. */
  probe(now: number): readonly number[] {
    if (this.probeAt === undefined || now < this.probeAt) return [];
    return [...new Set([this.acked + 1, this.last])].flatMap((seq) => this.again(seq, now));
  }

  /** Takes in the `ack` and the `miss` of a packet. */
  heard({ ack, miss }: ReliableHeader, now: number): Acknowledged {
    if (ack === undefined) return { ahead: false, confirmed: [], resend: [] };
    if (ack > this.last) return { ahead: true, confirmed: [], resend: [] };
    const confirmed: number[] = [];
    // One that was overtaken by a later one says nothing that is still true.
    if (ack < this.acked) return { ahead: false, confirmed, resend: [] };
    if (ack > this.acked) {
      this.progressAt = now;
      this.waitingAt = now;
    }
    while (this.acked < ack) {
      this.outgoing.delete(++this.acked);
      confirmed.push(this.acked);
    }
    if (miss === undefined) return { ahead: false, confirmed, resend: [] };
    this.window = miss.end - ack;
    const resend = miss.missing.filter((seq) => this.mayGoAgain(seq, now)).flatMap((seq) => this.again(seq, now));
    return { ahead: false, confirmed, resend };
  }

  private mayGoAgain(seq: number, now: number): boolean {
    const one = this.outgoing.get(seq);
    return one !== undefined && (!one.resent || now >= one.sentAt + RESEND_PACE);
  }

  private again(seq: number, now: number): readonly number[] {
    const one = this.outgoing.get(seq);
    if (one === undefined) return [];
    one.sentAt = now;
    one.resent = true;
    return [seq];
  }
}
