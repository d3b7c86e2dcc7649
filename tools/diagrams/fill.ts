import { draw } from "./draw.ts";
import type { Drawing } from "./machines.ts";

export interface Filled {
  readonly text: string;
  /** The machines whose markers stand in this text. */
  readonly names: readonly string[];
}

/**
 * A document with a fresh diagram between each pair of markers `<!-- transitions:NAME -->` … `<!-- /transitions -->`.
 * Throws where a marker names no machine or has no end.
 */
export function fill(document: string, machines: readonly Drawing[]): Filled {
  const names: string[] = [];
  const text = document.replaceAll(
    /^<!-- transitions:(\S+) -->\n(?:[\s\S]*?^(<!-- \/transitions -->)$)?/gm,
    (_, name: string, end: string | undefined) => {
      const machine = machines.find((candidate) => candidate.name === name);
      if (machine === undefined) throw new Error(`there is no machine "${name}"`);
      if (end === undefined) throw new Error(`the marker of "${name}" has no end`);
      names.push(name);
      return `<!-- transitions:${name} -->\n\n${draw(machine)}\n\n${end}`;
    },
  );
  return { text, names };
}
