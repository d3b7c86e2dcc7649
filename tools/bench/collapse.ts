import { sectionOf } from "./sections.ts";

/** A ratio in a table of a part: which table, which row, which column. */
interface Ratio {
  readonly place: string;
  readonly value: number;
  readonly upIsGood: boolean;
}

/** A ratio that stands in the document, too. */
interface Compared extends Ratio {
  readonly before: number;
}

export interface Held {
  /** How many ratios stand in both. */
  readonly compared: number;
  /** Those that are not even half as good as the recorded ones. */
  readonly collapsed: readonly Compared[];
}

/** Columns that say how we do beside somebody else, and of whose rows. All others depend on the machine. */
const columns: readonly { readonly title: RegExp; readonly row: RegExp; readonly upIsGood: boolean }[] = [
  { title: /^time ÷ ours$/, row: /./, upIsGood: true },
  { title: /^× ours$/, row: /./, upIsGood: true },
  { title: /^× /, row: /^ours/, upIsGood: true },
  { title: /^ours.* ÷ /, row: /./, upIsGood: true },
  { title: /÷ (floor|accepted)$/, row: /./, upIsGood: false },
];

/** Below this a cost is so little beside what it is measured by that its ratio says nothing. */
const NOTHING = 0.1;

/**
 * Holds what a part found against what the document records for it. A quick run is noisy, so only a collapse counts: a
 * ratio that is not even half as good.
 */
export function collapses(document: string, part: string, found: string): Held {
  const recorded = new Map(ratiosIn(sectionOf(document, part)).map(({ place, value }) => [place, value]));
  const both = ratiosIn(found).flatMap((ratio) => {
    const before = recorded.get(ratio.place);
    return before === undefined ? [] : [{ ...ratio, before }];
  });
  return { compared: both.length, collapsed: both.filter(hasCollapsed) };
}

function hasCollapsed({ value, before, upIsGood }: Compared): boolean {
  return upIsGood ? value < before / 2 : value > 2 * before && value > NOTHING;
}

/** The ratios of all tables in a text of Markdown. */
function ratiosIn(text: string): readonly Ratio[] {
  const ratios: Ratio[] = [];
  let header: readonly string[] | undefined;
  for (const line of text.split("\n")) {
    const cells = cellsOf(line);
    if (cells === undefined) header = undefined;
    else if (header === undefined) header = cells;
    else ratios.push(...ratiosOf(header, cells));
  }
  return ratios;
}

function ratiosOf(header: readonly string[], cells: readonly string[]): readonly Ratio[] {
  const [table = ""] = header;
  const [name = "", more = ""] = cells;
  // Where a row has a name in two parts, one of them is not enough.
  const row = header[1] === "step" ? `${name}, ${more}` : name;
  return header.flatMap((title, index) => {
    const value = Number(cells[index] || Number.NaN);
    const column = columns.find((one) => one.title.test(title) && one.row.test(row));
    if (column === undefined || Number.isNaN(value)) return [];
    return [{ place: `${table}, ${row}, ${title}`, value, upIsGood: column.upIsGood }];
  });
}

function cellsOf(line: string): readonly string[] | undefined {
  if (!line.startsWith("|")) return undefined;
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
