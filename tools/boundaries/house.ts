import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readSource, type SourceFile } from "./source-file.ts";

/** One file of a room: its path below the room, with `/`, and what it holds. */
export interface Module extends SourceFile {
  readonly path: string;
  readonly isTest: boolean;
}

/** One package or app, or the examples, as it lies on disk. */
export interface RoomOnDisk {
  /** `packages/wire` */
  readonly folder: string;
  readonly name: string;
  readonly modules: readonly Module[];
  /** Dependencies that users of the room get, with their versions; `catalog:` is resolved. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/** The room that is a floor of its own; its programs lie in it directly. */
const EXAMPLES = "examples";

/** Reads all packages and apps below the root, and the examples. */
export function readHouse(root: string): readonly RoomOnDisk[] {
  const catalog = readCatalog(root);
  const rooms = ["packages", "apps"].flatMap((floor) => foldersIn(join(root, floor)).map((room) => `${floor}/${room}`));
  return [...rooms, EXAMPLES]
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
  const parts = ["src", "test"].flatMap((part) => filesIn(join(root, folder, part)).map((path) => `${part}/${path}`));
  const programs = folder === EXAMPLES ? readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts")) : [];
  const modules = [...programs, ...parts].map((path): Module => {
    const source = readSource(path, readFileSync(join(root, folder, path), "utf8"));
    return { path, isTest: path.startsWith("test/"), ...source };
  });
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
