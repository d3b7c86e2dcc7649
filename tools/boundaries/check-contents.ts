import { error, type Finding, warning } from "./finding.ts";
import type { Module, RoomOnDisk } from "./house.ts";
import { isExempt } from "./is-exempt.ts";
import type { Room, Rules } from "./rules.ts";

/** What stands in the files of a room: forbidden globals, keywords and words, and too much of everything. */
export function checkContents(room: RoomOnDisk, rule: Room, rules: Rules): Finding[] {
  const isPackage = room.folder.startsWith("packages/");
  return room.modules.flatMap((module) => {
    const place = `${room.folder}/${module.path}`;
    const forbidden = module.mentions
      .map(({ name, line }) => ({ line, why: whyForbidden(name) }))
      .filter(({ why }) => why !== undefined)
      .map(({ line, why }) => error(`${place}:${line}`, `${why}`));
    return [
      ...forbidden,
      ...checkWords(module, rule, place),
      ...checkBarrel(module, place),
      ...checkSize(module, rules, place),
    ];

    function whyForbidden(name: string): string | undefined {
      if (name === "export *") return "`export *`: a barrel lists names";
      if (module.isTest || isExempt(module, rule)) return undefined;
      if (rule.pure) return `\`${name}\` in a pure package`;
      if (name === "Buffer" && isPackage) return "`Buffer` in a package: use Uint8Array";
      if (name === "Math.random") return "`Math.random` is no source of randomness here";
      return undefined;
    }
  });
}

function checkWords(module: Module, rule: Room, place: string): Finding[] {
  if (module.isTest || rule.words === undefined) return [];
  const pattern = new RegExp(`\\b(${rule.words.join("|")})s?\\b`, "i");
  return module.text.split("\n").flatMap((line, index) => {
    const word = pattern.exec(line)?.[0];
    return word === undefined
      ? []
      : [error(`${place}:${index + 1}`, `the word "${word}" in a package that implements a standard and nothing else`)];
  });
}

function checkBarrel(module: Module, place: string): Finding[] {
  const isSecondBarrel = module.path.endsWith("/index.ts") && module.path !== "src/index.ts";
  return isSecondBarrel ? [error(place, "src/index.ts is the only barrel of a package")] : [];
}

function checkSize(module: Module, { size }: Rules, place: string): Finding[] {
  if (size.exempt.test(module.path)) return [];
  if (module.lines > size.fail) return [error(place, `${module.lines} lines, more than ${size.fail}`)];
  if (module.lines > size.warn) return [warning(place, `${module.lines} lines: does it hold more than one concept?`)];
  return [];
}
