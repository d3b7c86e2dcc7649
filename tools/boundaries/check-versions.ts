import { error, type Finding } from "./finding.ts";
import type { RoomOnDisk } from "./house.ts";
import type { Rules } from "./rules.ts";

/** Dependencies that must be one exact version, so that nobody gets cryptography that was not tested with this code. */
export function checkVersions(room: RoomOnDisk, { pinned }: Rules): Finding[] {
  return [...room.dependencies]
    .filter(([name, version]) => pinned.some((scope) => name.startsWith(scope)) && !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => error(`${room.folder}/package.json`, `${name} is "${version}", not one exact version`));
}
