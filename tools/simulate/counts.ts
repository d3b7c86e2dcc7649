/** What happened in many runs, in numbers by name, so that a world in which nothing happens does not pass for a good one. */
export type Counts = Record<string, number>;

/** Adds to a number. */
export function count(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Adds all numbers of others. */
export function addCounts(counts: Counts, others: Counts): void {
  for (const [name, by] of Object.entries(others)) count(counts, name, by);
}

/** The numbers whose names begin so, in the order of the names: `a 1, b 2`. */
export function listCounts(counts: Counts, beginning: string): string {
  const found = Object.entries(counts).filter(([name]) => name.startsWith(beginning));
  const sorted = found.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, number]) => `${name.slice(beginning.length)} ${number}`).join(", ") || "nothing";
}
