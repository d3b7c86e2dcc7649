/** A line of the help: what it is about, and what is said of it. */
export type Row = readonly [left: string, right: string];

const GAP = 4;

/** Puts what is said in one column; lines after the first begin where the column does. */
export function inColumns(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + GAP;
  return rows
    .map(([left, right]) =>
      right === "" ? left : `${left.padEnd(width)}${right.replaceAll("\n", `\n${" ".repeat(width)}`)}`,
    )
    .join("\n");
}
