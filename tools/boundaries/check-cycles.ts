import { posix } from "node:path";
import { error, type Finding } from "./finding.ts";
import type { RoomOnDisk } from "./house.ts";

/** Files of one room that import each other in a circle, types included. Each circle is reported once. */
export function checkCycles(room: RoomOnDisk): Finding[] {
  const graph = new Map(
    room.modules.map((module) => [
      module.path,
      module.imports
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(module.path), specifier)),
    ]),
  );
  const findings: Finding[] = [];
  const done = new Set<string>();

  function walk(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const circle = [...trail.slice(start), path];
      findings.push(error(`${room.folder}/${path}`, `imports itself in the end: ${circle.join(" → ")}`));
    } else if (!done.has(path)) {
      for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
      done.add(path);
    }
  }
  for (const path of graph.keys()) walk(path, []);
  return findings;
}
