import { checkContents } from "./check-contents.ts";
import { checkCycles } from "./check-cycles.ts";
import { checkImports } from "./check-imports.ts";
import { checkVersions } from "./check-versions.ts";
import { error, type Finding } from "./finding.ts";
import { type RoomOnDisk, readHouse } from "./house.ts";
import type { Rules } from "./rules.ts";

export interface Inspection {
  readonly rooms: number;
  readonly modules: number;
  readonly findings: readonly Finding[];
}

/** Holds all packages and apps below the root, and the examples, against the rules. */
export function inspect(root: string, rules: Rules): Inspection {
  const house = readHouse(root);
  const modules = house.reduce((sum, room) => sum + room.modules.length, 0);
  const findings = [...checkPlausibility(house, modules, rules), ...house.flatMap((room) => checkRoom(room, rules))];
  return { rooms: house.length, modules, findings };
}

function checkRoom(room: RoomOnDisk, rules: Rules): Finding[] {
  const rule = rules.rooms[room.folder];
  if (rule === undefined) return [error(room.folder, "has no rule: add it to tools/boundaries/rules.ts")];
  return [
    ...checkImports(room, rule, rules),
    ...checkContents(room, rule, rules),
    ...checkCycles(room),
    ...checkVersions(room, rules),
  ];
}

/** A checker that finds nothing to check passes everything, so it has to say that it has seen the house. */
function checkPlausibility(house: readonly RoomOnDisk[], modules: number, rules: Rules): Finding[] {
  const present = new Set(house.map(({ folder }) => folder));
  const missing = Object.keys(rules.rooms).filter((folder) => !present.has(folder));
  const empty = house.filter((room) => !room.modules.some(({ isTest }) => !isTest)).map(({ folder }) => folder);
  const blind = house.length > 0 && !house.some((room) => room.modules.some(({ imports }) => imports.length > 0));
  return [
    ...missing.map((folder) => error(folder, "has a rule and is not there")),
    ...empty.map((folder) => error(folder, "has no sources")),
    ...(modules < rules.plausibleModules
      ? [
          error(
            ".",
            `saw ${modules} modules and expected at least ${rules.plausibleModules}: is this the right folder?`,
          ),
        ]
      : []),
    ...(blind ? [error(".", "saw no import at all: the parser is at fault")] : []),
  ];
}
