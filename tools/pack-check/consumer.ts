import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startRelay } from "../processes/relay.ts";
import { type Example, examplesOf } from "./examples.ts";
import type { NodeVersion } from "./nodes.ts";
import { mustRun, root, run } from "./run.ts";
import type { Tarball } from "./tarball.ts";

/** An empty project that has installed the tarballs as anybody would, and the examples of their READMEs in it. */
export interface Consumer {
  readonly folder: string;
  readonly examples: readonly Example[];
  /** One entry point a line, as in an import. */
  readonly entries: readonly string[];
  readonly programs: readonly { readonly name: string; readonly path: string }[];
}

export async function install(folder: string, tarballs: readonly Tarball[]): Promise<Consumer> {
  const ours = Object.fromEntries(tarballs.map(({ name, path }) => [name, `file:${path}`]));
  // Optional ones too, since every entry point is imported.
  const peers = Object.assign({}, ...tarballs.map(({ manifest }) => manifest.peerDependencies));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { ...peers, ...ours } }));
  await mustRun("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, limit: 300_000 });

  const examples = tarballs.flatMap(examplesOf);
  for (const { file, source } of examples) writeFileSync(join(folder, file), source);
  return {
    folder,
    examples,
    entries: tarballs.flatMap(({ name, manifest }) =>
      Object.keys(manifest.exports ?? {})
        .filter((entry) => !entry.endsWith(".json"))
        .map((entry) => name + entry.slice(1)),
    ),
    programs: tarballs.flatMap(({ name, manifest }) =>
      Object.entries(manifest.bin ?? {}).map(([program, path]) => ({
        name: program,
        path: join(folder, "node_modules", name, path),
      })),
    ),
  };
}

/** The examples and entry points against the declarations that were packed. */
export async function typecheck({ folder, examples, entries }: Consumer): Promise<readonly string[]> {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";\nvoid entry${index};\n`);
  writeFileSync(join(folder, "entries.mts"), imports.join(""));
  const compilerOptions = {
    target: "ES2023",
    lib: ["ES2023", "DOM"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const files = ["entries.mts", ...examples.map(({ file }) => file).filter((file) => file.endsWith(".mts"))];
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const { ok, output } = await run("tsc", ["-p", "."], { cwd: folder });
  return ok ? [] : [output.trim()];
}

/** Every entry point, program and example under one version of Node; examples get the URL of a relay of the same tarballs. */
export async function runUnder({ name, executable }: NodeVersion, consumer: Consumer): Promise<readonly string[]> {
  const { folder, examples, entries, programs } = consumer;
  const script = programs.find((program) => program.name === "countersign-relay")?.path;
  if (script === undefined) throw new Error("no package brings countersign-relay");
  const relay = startRelay({ node: executable, script, data: mkdtempSync(join(folder, "relay-")) });
  try {
    const url = await relay.url;
    const jobs = [
      ...entries.map((entry) => ({ what: `import "${entry}"`, args: ["--input-type=module", "-e", importOf(entry)] })),
      ...programs.map((program) => ({ what: `${program.name} --help`, args: [program.path, "--help"] })),
      ...examples.map(({ file }) => ({ what: file, args: [file, url] })),
    ];
    const faults: string[] = [];
    for (const { what, args } of jobs) {
      const { ok, output } = await run(executable, args, { cwd: folder, limit: 60_000 });
      if (!ok) faults.push(`${what} under ${name}:\n${output.trim()}`);
    }
    return faults;
  } finally {
    await relay.child.stop();
  }
}

function importOf(entry: string): string {
  return `const names = Object.keys(await import("${entry}")); if (names.length === 0) throw new Error("exports nothing");`;
}
