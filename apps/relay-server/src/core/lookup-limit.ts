import { isIPv6 } from "node:net";
import type { Clock } from "../clock.ts";

const WINDOW = 60_000;
/** From this many addresses on, those are dropped whose failures are long ago. */
const MANY = 10_000;

/**
 * Counts failed look-ups by address within the last minute. Addresses stay in memory and only as long as they count;
 * of IPv6 the first 64 bits are one address, because whoever has one has all behind it.
 */
export class LookupLimit {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #failures = new Map<string, number[]>();

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  isReached(address: string): boolean {
    return this.#recent(networkOf(address)).length >= this.#max;
  }

  fail(address: string): void {
    const network = networkOf(address);
    this.#failures.set(network, [...this.#recent(network), this.#clock.now()]);
    if (this.#failures.size <= MANY) return;
    for (const other of this.#failures.keys()) if (this.#recent(other).length === 0) this.#failures.delete(other);
  }

  #recent(network: string): readonly number[] {
    const since = this.#clock.now() - WINDOW;
    return (this.#failures.get(network) ?? []).filter((time) => time > since);
  }
}

/** An IPv4 address as it is, of an IPv6 address the network. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter(Boolean).length;
  const all = [...groups, ...Array<string>(missing).fill("0"), ...(tail?.split(":") ?? [])];
  return all.slice(0, 4).join(":");
}
