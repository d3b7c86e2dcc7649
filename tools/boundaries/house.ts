import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readSource, type SourceFile } from "./source-file.ts";

/** One file of a room: its path below the room, with `/`, and what it holds. */
export interface Module extends SourceFile {
  readonly path: string;
  readonly isTest: boolean;
}

/** One package or app as it lies on disk. */
export interface RoomOnDisk {
  /** `packages/wire` */
  readonly folder: string;
  readonly name: string;
  readonly modules: readonly Module[];
  /** Dependencies that users of the room get, with their versions; `catalog:` is resolved. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/** Reads all packages and apps below the root. */
export function readHouse(root: string): readonly RoomOnDisk[] {
  const catalog = readCatalog(root);
  return ["packages", "apps"]
    .flatMap((floor) => foldersIn(join(root, floor)).map((room) => `${floor}/${room}`))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => readRoom(root, folder, catalog));
}

function readRoom(root: string, folder: string, catalog: ReadonlyMap<string, string>): RoomOnDisk {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const declared: Record<string, string> = { ...manifest.dependencies, ...manifest.peerDependencies };
  const dependencies = new Map(
    Object.entries(declared).map(([name, version]) => [
      name,
      version === "catalog:" ? (catalog.get(name) ?? version) : version,
    ]),
  );
  const modules = ["src", "test"].flatMap((part) =>
    filesIn(join(root, folder, part)).map((path): Module => {
      const own = `${part}/${path}`;
      return { path: own, isTest: part === "test", ...readSource(own, readFileSync(join(root, folder, own), "utf8")) };
    }),
  );
  return { folder, name: manifest.name, modules, dependencies };
}

function readCatalog(root: string): ReadonlyMap<string, string> {
  const workspace = parse(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8"));
  return new Map(Object.entries(workspace.catalog ?? {}));
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** All TypeScript files below a folder, with `/`, sorted. */
function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts"))
    .sort();
}
