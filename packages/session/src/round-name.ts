import type { Memory } from "./memory.ts";

/** What the round that a ceremony is in is called. */
export function roundName({ rounds, round }: Pick<Memory, "rounds" | "round">): string {
  if (round > rounds.length) return "closing";
  return rounds[round - 1]?.name ?? "beginning";
}
