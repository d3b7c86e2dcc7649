import type { Comparison, Measured } from "./measure.ts";

/** A comparison as a table for a terminal and for Markdown alike. */
export function table({ title }: Comparison, measured: readonly Measured[]): string {
  const rows = measured.map(({ name, microseconds, spread, ratio }) => [
    name,
    duration(microseconds),
    `± ${(100 * spread).toFixed(0)} %`,
    ratio === 1 ? "1" : ratio.toFixed(2),
  ]);
  return gridOf([[title, "median", "spread", "time ÷ ours"], ...rows]);
}

/** Rows of cells, the first of which is the header, as a table of Markdown with columns of even width. */
export function gridOf([header = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(header), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}

function duration(microseconds: number): string {
  if (microseconds < 1_000) return `${microseconds.toFixed(microseconds < 10 ? 2 : 1)} µs`;
  return `${(microseconds / 1_000).toFixed(2)} ms`;
}
