import type { Client } from "../client.ts";

/** Somebody who has no say in what is tried on, and why not. */
export interface Outsider {
  readonly name: string;
  readonly client: Client;
}

/** A call in which an outsider names what is not its own. */
export interface Attempt {
  readonly name: string;
  readonly method: string;
  readonly params: unknown;
  /** Default: it must be refused. Some calls are nobody's alone, and only must not be heard by the members. */
  readonly isOpen?: boolean;
}

/** What became of all attempts by all outsiders. */
export interface Outcome {
  readonly cells: number;
  /** Answered without an error, though nobody but members may. */
  readonly accepted: number;
  /** A line for each attempt, a column for each outsider. */
  readonly table: string;
}

/** Lets every outsider make every attempt. */
export async function tryAll(attempts: readonly Attempt[], outsiders: readonly Outsider[]): Promise<Outcome> {
  let accepted = 0;
  const rows: string[][] = [["", ...outsiders.map(({ name }) => name)]];
  for (const { name, method, params, isOpen = false } of attempts) {
    const row = [name];
    for (const { client } of outsiders) {
      const { error } = await client.ask(method, params);
      if (error === undefined && !isOpen) accepted++;
      row.push(error === undefined ? (isOpen ? "open to all" : "ACCEPTED") : short(error));
    }
    rows.push(row);
  }
  return { cells: attempts.length * outsiders.length, accepted, table: layOut(rows) };
}

/** The error in a few words: the relay's name for it, or what it says without the ids. */
function short({ code, message, data }: { code: number; message: string; data?: unknown }): string {
  const own = (data as { code?: string } | undefined)?.code;
  if (own !== undefined) return own.replace("relay.", "");
  return code === -32603 ? message.replace(/[0-9a-f]{8}-[0-9a-f-]+/g, "…").replace(/\b\d+\b/g, "n") : `${code}`;
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
