import { type Figure, type Proof, type Scale, verdictOf } from "./proof.ts";

const words = { held: "held", slow: "slow here", missed: "MISSED" } as const;

/** The figures of a proof as a table, for a terminal and for Markdown alike. */
export function table({ id, title }: Pick<Proof, "id" | "title">, figures: readonly Figure[], scale: Scale): string {
  const rows = figures.map((figure) => [
    figure.name,
    withUnit(figure.value, figure.unit),
    targetOf(figure),
    figure.target === undefined ? "" : words[verdictOf(figure, scale)],
  ]);
  const header = [`${id.toUpperCase()}: ${title}`, "figure", "target", ""];
  const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(header), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join("\n");
}

function targetOf({ target, unit }: Figure): string {
  if (target === undefined) return "";
  const { atMost, atLeast } = target;
  if (atMost !== undefined && atMost === atLeast) return withUnit(atMost, unit);
  const bounds = [
    ...(atLeast === undefined ? [] : [`at least ${withUnit(atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`at most ${withUnit(atMost, unit)}`]),
  ];
  return bounds.join(", ");
}

function withUnit(value: number, unit: string): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : 2;
  const text = value.toLocaleString("en", { minimumFractionDigits: 0, maximumFractionDigits: digits });
  return unit === "" ? text : `${text} ${unit}`;
}
