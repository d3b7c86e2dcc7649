import { posix } from "node:path";
import { error, type Finding } from "./finding.ts";
import type { Module, RoomOnDisk } from "./house.ts";
import { isExempt } from "./is-exempt.ts";
import type { Room, Rules } from "./rules.ts";
import type { Import } from "./source-file.ts";

/** Every import of every source: allowed by the table, declared in package.json, and own files by their full name. */
export function checkImports(room: RoomOnDisk, rule: Room, rules: Rules): Finding[] {
  const paths = new Set(room.modules.map((module) => module.path));
  return room.modules.flatMap((module) =>
    module.imports.flatMap((found) => {
      const message = found.specifier.startsWith(".")
        ? faultOfRelative(found, module, paths)
        : faultOfPackage(found, { module, room, rule, rules });
      return message === undefined ? [] : [error(`${room.folder}/${module.path}:${found.line}`, message)];
    }),
  );
}

/** Tests may reach into their own sources and nowhere else; no source reaches into a test. */
function faultOfRelative({ specifier }: Import, module: Module, paths: ReadonlySet<string>): string | undefined {
  const target = posix.join(posix.dirname(module.path), specifier);
  if (target.startsWith("..")) return `"${specifier}" leaves its package`;
  if (specifier.endsWith(".json")) return undefined;
  if (!paths.has(target))
    return `"${specifier}" is no file of this package; own files are imported with their ending, .ts`;
  if (!module.isTest && target.startsWith("test/")) return `"${specifier}" is a test`;
  return undefined;
}

interface Surroundings {
  readonly module: Module;
  readonly room: RoomOnDisk;
  readonly rule: Room;
  readonly rules: Rules;
}

function faultOfPackage({ specifier }: Import, { module, room, rule, rules }: Surroundings): string | undefined {
  if (module.isTest) return undefined;
  const name = packageOf(specifier);
  if (name === room.name) return `"${specifier}" is this very package`;
  if (!isExempt(module, rule)) {
    if (!rule.imports.some((pattern) => covers(pattern, specifier))) return `may not import "${specifier}"`;
    if (rules.injected.includes(specifier) && !/^(apps\/|examples$)/.test(room.folder)) {
      return `"${specifier}" is for apps to inject`;
    }
  }
  if (!specifier.startsWith("node:") && !room.dependencies.has(name)) {
    return `"${name}" is not among the dependencies in package.json`;
  }
  return undefined;
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function covers(pattern: string, specifier: string): boolean {
  if (pattern === "third-party") return !/^(@countersign\/|@noble\/|node:)/.test(specifier);
  if (pattern.endsWith("*")) return specifier.startsWith(pattern.slice(0, -1));
  return packageOf(specifier) === pattern;
}
