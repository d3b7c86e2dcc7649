import { address } from "./client.ts";
import { Ledger, Member } from "./member.ts";
import type { Relay } from "./relay.ts";

/** Connections from one address: few enough for the relay's limits, a burst of them included. */
const PER_ADDRESS = 40;

export interface CrowdOptions {
  readonly sessions: number;
  /** Members of each. */
  readonly size: number;
  readonly bodyBytes?: number;
  /** Members that share an address. */
  readonly perAddress?: number;
}

/** Sessions and all their members, from as many addresses as the relay's limits want. */
export interface Crowd {
  readonly ledgers: readonly Ledger[];
  readonly members: readonly Member[];
}

/** Makes a crowd that is not connected yet. */
export function crowd({ sessions, size, bodyBytes = 0, perAddress = PER_ADDRESS }: CrowdOptions): Crowd {
  const ledgers = Array.from({ length: sessions }, (_, i) => new Ledger(i, size));
  const members = ledgers.flatMap((ledger, i) =>
    Array.from({ length: size }, (_, j) => {
      const from = address(Math.floor((i * size + j) / perAddress));
      return new Member(ledger, { number: j + 1, from, bodyBytes });
    }),
  );
  return { ledgers, members };
}

/** Does something for all, some at a time. */
export async function forAll<T>(items: readonly T[], lanes: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Files that a process needs beside its sockets. */
const SPARE = 200;

/**
 * Lets relay and load have so many connections each. Rejects with what to do where the system does not allow it.
 */
export function allowConnections(relay: Relay, count: number): void {
  const most = count + SPARE;
  try {
    relay.allowFiles(most);
  } catch {
    throw new Error(`${count} connections need ${most} open files in each of two processes: raise ulimit -n`);
  }
}

/** The value below which this part of all values is. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
