import type { Tarball } from "./tarball.ts";

const required = ["README.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE"];
const allowed = /^((dist|deploy)\/|package\.json$|openrpc\.json$|README\.md$|CHANGELOG\.md$|LICENSE)/;

/** What is wrong with what a tarball holds, a sentence each. */
export function faultsOf({ files, manifest }: Tarball): readonly string[] {
  return [
    ...required.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...entries(manifest)
      .filter((file) => !files.includes(file))
      .map((file) => `${file} is named and not there`),
    ...files.filter((file) => !allowed.test(file)).map((file) => `${file} does not belong into a package`),
    ...faultsOfVersions({ ...manifest.dependencies, ...manifest.peerDependencies }),
  ];
}

/** The files that exports and bin promise. */
function entries({ exports, bin }: Tarball["manifest"]): readonly string[] {
  const named = [...leaves(exports ?? {}), ...Object.values(bin ?? {})];
  return [...new Set(named.map((path) => path.replace(/^\.\//, "")))];
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

function faultsOfVersions(dependencies: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(dependencies).flatMap(([name, version]) => {
    if (/^(workspace|catalog|file|link):/.test(version))
      return [`${name} is "${version}", which means nothing outside`];
    if (name.startsWith("@noble/") && !/^\d+\.\d+\.\d+$/.test(version)) return [`${name} is "${version}", not pinned`];
    return [];
  });
}
