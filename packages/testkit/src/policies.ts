import type { SeededRandom } from "./seeded-random.ts";
import type { Delivery, Envelope, NetworkPolicy } from "./simulation.ts";

/** A network that is bad, but means no harm. */
export interface Weather {
  /** Probability that an envelope is lost. */
  readonly drop: number;
  /** Probability that it arrives twice. */
  readonly duplicate: number;
  /** Longest delay in ms; different delays reorder. */
  readonly delayMs: number;
}

/** Loses, doubles and delays. */
export function weather({ drop, duplicate, delayMs }: Weather): NetworkPolicy {
  return (envelope, random) => {
    if (random.chance(drop)) return [];
    const once = { ...envelope, delayMs: 1 + random.integer(delayMs) };
    return random.chance(duplicate) ? [once, { ...envelope, delayMs: 1 + random.integer(delayMs) }] : [once];
  };
}

/** What a hostile relay may do to an envelope; each with its probability, all on top of the weather. */
export interface Hostility extends Weather {
  /** Flips one bit. */
  readonly flip: number;
  /** Cuts bytes off the end. */
  readonly truncate: number;
  /** Delivers something that it has seen before, to anybody, as if from anybody. */
  readonly replay: number;
  /** Sends an envelope back to where it came from. */
  readonly reflect: number;
  /** Delivers bytes of its own. */
  readonly inject: number;
}

/** A relay that edits, cuts, replays, reflects and makes up packets. It never learns a key, so that it cannot do more. */
export function hostileRelay(hostility: Hostility): NetworkPolicy {
  const seen: Envelope[] = [];
  const base = weather(hostility);
  return (envelope, random) => {
    seen.push(envelope);
    const deliveries = base(envelope, random).map((delivery) => edit(delivery, hostility, random));
    const soon = () => 1 + random.integer(hostility.delayMs);
    if (random.chance(hostility.replay)) {
      const { bytes, from, to } = random.pick(seen);
      const swapped = random.chance(0.2);
      deliveries.push({ bytes, from: swapped ? to : from, to: swapped ? from : to, delayMs: soon() });
    }
    if (random.chance(hostility.reflect)) {
      deliveries.push({ bytes: envelope.bytes, from: envelope.to, to: envelope.from, delayMs: soon() });
    }
    if (random.chance(hostility.inject)) {
      deliveries.push({ ...envelope, bytes: random.bytes(random.integer(400)), delayMs: soon() });
    }
    return deliveries;
  };
}

function edit(delivery: Delivery, { flip, truncate }: Hostility, random: SeededRandom): Delivery {
  if (random.chance(flip))
    return { ...delivery, bytes: flipBit(delivery.bytes, random.integer(8 * delivery.bytes.length)) };
  if (random.chance(truncate)) {
    return { ...delivery, bytes: delivery.bytes.slice(0, random.integer(delivery.bytes.length)) };
  }
  return delivery;
}

/** A copy with one bit the other way round. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
