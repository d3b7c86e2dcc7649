// What the relay asks of node:crypto: hashes as they are, and what it draws, from the seed of the run.
import type { SeededRandom } from "@countersign/testkit";
import { formatUuid } from "@countersign/wire";

export * from "node:crypto";

/** Where the relays of a run draw from. */
export const relayDraws: { random: SeededRandom | undefined } = { random: undefined };

function random(): SeededRandom {
  if (relayDraws.random === undefined) throw new Error("something is drawn outside of a run");
  return relayDraws.random;
}

export const randomInt = (least: number, end?: number): number =>
  end === undefined ? random().integer(least) : least + random().integer(end - least);

export const randomBytes = (length: number): Buffer => Buffer.from(random().bytes(length));

export function randomUUID(): string {
  const bytes = random().bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(bytes);
}
