import { styleText } from "node:util";

/** Prints a line on stdout. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function bold(text: string): string {
  return styleText("bold", text);
}

export function heading(text: string): void {
  say(`\n${bold(text)}`);
}

/** A name and what there is to say of it. */
export function line(name: string, text: string): void {
  say(`  ${name.padEnd(14)}${text}`);
}

export function verdict(holds: boolean, text: string): void {
  say(`  ${holds ? styleText("green", "✓") : styleText("red", "✗")} ${text}`);
}

/** Rows with their columns one below the other. */
export function table(...rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) say(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** Milliseconds, as a person says them. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Bytes, as a person says them. */
export function size(bytes: number): string {
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} kB`;
}
