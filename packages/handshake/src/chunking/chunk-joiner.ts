import { limits, UsageError } from "@countersign/wire";

/** What a stream of chunks says. */
export type ChunkEvent =
  | { readonly type: "packet"; readonly bytes: Uint8Array }
  /** A chunk without content between packets: an acknowledgement, or a sign of life. */
  | { readonly type: "ack" }
  /** A packet above the limit: all of it was thrown away, and what comes behind it is read as ever. */
  | { readonly type: "drop"; readonly code: "wire.too-long" };

/** How a stream of chunks is read. */
export interface ChunkJoinerOptions {
  /** The longest packet that is accepted, in bytes; by default that of LOB, 65,536. */
  readonly maxPacket?: number;
}

const NONE = new Uint8Array(0);
/** Bytes of room at first: one chunk, which most packets of a handshake fit in. */
const FIRST = 256;

/**
 * Joins chunks to packets again (spec 0009, section 6), whatever pieces the stream comes in. It holds one packet at most,
 * never more than `maxPacket` bytes of it, and there is nothing that it cannot go on after: a stream of chunks has no
 * errors, only packets that are none.
 */
export class ChunkJoiner {
  private readonly maxPacket: number;
  /** Room for the packet at hand; none between packets, so that a silent stream costs nothing. */
  private buffer = NONE;
  /** Bytes of the packet so far; above `maxPacket` they are only counted. */
  private length = 0;
  /** Bytes of the chunk that are still to come. */
  private missing = 0;

  constructor({ maxPacket = limits.lobPacket }: ChunkJoinerOptions = {}) {
    if (!Number.isSafeInteger(maxPacket) || maxPacket < 1) {
      throw new UsageError("usage.out-of-range", "a packet has at least one byte");
    }
    this.maxPacket = maxPacket;
  }

  /** Whether a packet has begun and not ended: a stream that is closed now has lost one. */
  get pending(): boolean {
    return this.length > 0 || this.missing > 0;
  }

  /** Takes the next bytes of the stream, which may be reused afterwards, and says what they complete. */
  push(bytes: Uint8Array): readonly ChunkEvent[] {
    const events: ChunkEvent[] = [];
    for (let offset = 0; offset < bytes.length; ) {
      if (this.missing === 0) {
        this.missing = bytes[offset++] as number;
        if (this.missing === 0) events.push(this.end());
        continue;
      }
      const content = bytes.subarray(offset, offset + this.missing);
      this.append(content);
      this.missing -= content.length;
      offset += content.length;
    }
    return events;
  }

  private end(): ChunkEvent {
    const { length } = this;
    const bytes = this.buffer.slice(0, length);
    this.length = 0;
    this.buffer = NONE;
    if (length === 0) return { type: "ack" };
    if (length > this.maxPacket) return { type: "drop", code: "wire.too-long" };
    return { type: "packet", bytes };
  }

  private append(content: Uint8Array): void {
    const length = this.length + content.length;
    // An overlong packet may go on for as long as its sender likes, and the number must stay one.
    if (length > this.maxPacket) this.length = this.maxPacket + 1;
    else {
      if (length > this.buffer.length) this.grow(length);
      this.buffer.set(content, this.length);
      this.length = length;
    }
  }

  private grow(length: number): void {
    const larger = new Uint8Array(Math.max(length, Math.min(2 * this.buffer.length, this.maxPacket), FIRST));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}
