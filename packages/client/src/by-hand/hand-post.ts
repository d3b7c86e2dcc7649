import { encodeHex, equalBytes } from "@countersign/wire";
import { BUNDLE_FRAME, type Bundle, type Introduction, MOST_BUNDLE, PACKET_FRAME } from "./bundle.ts";

/** Processes of the other party that are remembered: what comes late of one before is known for that. */
const MOST_LIVES = 16;
/** Packets in one bundle. */
const MOST_PACKETS = 1_024;

/** What a bundle brought. */
export interface Taken {
  /** Those that are new, in order. */
  readonly packets: readonly Uint8Array[];
  /** Whether it is the first of a process of the other party. */
  readonly isNewLife: boolean;
  /** Whether packets of another process of that party were taken before. */
  readonly hadOthers: boolean;
  /** Whether the other party has everything that was ever said here, and has nothing to say. */
  readonly isQuiet: boolean;
}

/**
 * Numbers the packets of both ends, so that bundles may be lost, repeated and exchanged: each holds all packets that
 * the other end is not known to have, and says how far this end is with those of the other.
 */
export class HandPost {
  private readonly self: Introduction;
  private readonly drawLife: () => Uint8Array;
  private life: Uint8Array;
  /** Packets that the other end is not known to have; those before them, it has. */
  private waiting: Uint8Array[] = [];
  private gone = 0;
  private known = false;
  /** Packets taken of each process of the other party; the one last heard is the last. */
  private readonly lives = new Map<string, Heard>();

  /** `drawLife`: 8 random bytes each time. */
  constructor(self: Introduction, drawLife: () => Uint8Array) {
    this.self = self;
    this.drawLife = drawLife;
    this.life = drawLife();
  }

  /** Whether there is nothing to carry. */
  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Whether the other party has shown that it has heard this process. */
  get isKnown(): boolean {
    return this.known;
  }

  /** Takes a packet for the other end, unless it waits already. */
  post(packet: Uint8Array): void {
    if (!this.waiting.some((other) => equalBytes(other, packet))) this.waiting.push(packet);
  }

  /** Everything that is to be carried, as far as one bundle holds it. */
  pack(): Bundle {
    const packets: Uint8Array[] = [];
    let size = BUNDLE_FRAME + this.self.versions.length;
    for (const packet of this.waiting) {
      size += PACKET_FRAME + packet.length;
      if (size > MOST_BUNDLE || packets.length === MOST_PACKETS) break;
      packets.push(packet);
    }
    const seen = [...this.lives.values()].at(-1);
    return { from: this.self, life: this.life, asks: !this.known, seen, first: this.gone + 1, packets };
  }

  take({ life, seen, first, packets }: Bundle): Taken {
    const isOfUs = seen !== undefined && equalBytes(seen.life, this.life);
    // Nobody has taken what was never sent: something was forged, here or on the way there, where it hides what is sent.
    if (isOfUs && seen.count > this.gone + this.waiting.length) this.beginAnew();
    else if (isOfUs) this.arrived(seen.count);
    this.known ||= isOfUs;
    const isQuiet = isOfUs && packets.length === 0 && this.isEmpty && this.gone > 0;
    const name = encodeHex(life);
    const known = this.lives.get(name);
    const before = known?.count ?? 0;
    const last = first + packets.length - 1;
    const hadOthers = [...this.lives].some(([other, { count }]) => other !== name && count > 0);
    // What is left out between the two, a process before this one has taken.
    const fresh = packets.slice(Math.max(0, before + 1 - first));
    this.lives.delete(name);
    this.lives.set(name, { life, count: Math.max(before, last) });
    const [oldest] = this.lives.keys();
    if (oldest !== undefined && this.lives.size > MOST_LIVES) this.lives.delete(oldest);
    return { packets: fresh, isNewLife: known === undefined, hadOthers, isQuiet };
  }

  /** What waits is numbered anew, and so believed to be new. */
  private beginAnew(): void {
    this.life = this.drawLife();
    this.gone = 0;
  }

  private arrived(count: number): void {
    const arrived = Math.min(Math.max(0, count - this.gone), this.waiting.length);
    this.waiting = this.waiting.slice(arrived);
    this.gone += arrived;
  }
}

interface Heard {
  readonly life: Uint8Array;
  readonly count: number;
}
