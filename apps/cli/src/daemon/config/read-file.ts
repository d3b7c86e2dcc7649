import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError, type Given, GivenBuilder } from "./given.ts";
import { findOption } from "./options.ts";

const USUAL = ["countersign.conf", "countersign.toml"] as const;

/** What a file says. */
export interface ConfigFile {
  readonly given: Given;
  readonly path: string;
}

/**
 * Reads the file that was named, below the datadir, or the usual one if it is there. A name that ends in `.toml` is
 * TOML, every other one is like bitcoin.conf. Throws `ConfigError`.
 */
export async function readConfigFile(datadir: string, named: string | undefined): Promise<ConfigFile | undefined> {
  const path = named === undefined ? usualFile(datadir) : resolve(datadir, named);
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`cannot read ${path}: ${code}`);
  }
  return { path, given: path.endsWith(".toml") ? await readToml(text, path) : readLines(text, path) };
}

function usualFile(datadir: string): string | undefined {
  const there = USUAL.map((name) => resolve(datadir, name)).filter(existsSync);
  if (there.length > 1)
    throw new ConfigError(`${there.join(" and ")} are both there; -conf=FILE says which one counts`);
  return there[0];
}

function readLines(text: string, path: string): Given {
  const builder = new GivenBuilder();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const source = `${path}, line ${index + 1}`;
    const content = line.replace(/#.*$/, "").trim();
    if (content === "") continue;
    if (content.startsWith("[")) throw new ConfigError(`${source}: there are no sections`);
    if (content.startsWith("-")) throw new ConfigError(`${source}: options stand here without a dash`);
    const [, name, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(content) ?? [];
    if (name === undefined) throw new ConfigError(`${source}: this is not NAME=VALUE`);
    if (name === "rpcpassword" && line.includes("#")) {
      throw new ConfigError(`${source}: a password with # cannot be told from a comment; use TOML, or rpcauth`);
    }
    addOfFile(builder, name, { value, source });
  }
  return builder.given;
}

async function readToml(text: string, path: string): Promise<Given> {
  const { parse } = await import("smol-toml");
  let values: Record<string, unknown>;
  try {
    values = parse(text);
  } catch (error) {
    // The rest of the message shows the line, and the line may hold a password.
    const { line } = error as { readonly line?: number };
    throw new ConfigError(`${path}, line ${line ?? "unknown"}: this is no TOML`);
  }
  const builder = new GivenBuilder();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (!["string", "number", "boolean"].includes(typeof one)) {
        throw new ConfigError(`${path}: ${findOption(name) ? name : "an option"} has a value of no use`);
      }
      addOfFile(builder, name, { value: String(one), source: path });
    }
  }
  return builder.given;
}

function addOfFile(
  builder: GivenBuilder,
  name: string,
  { value, source }: { readonly value: string | undefined; readonly source: string },
): void {
  if (findOption(name)?.inFile === false) throw new ConfigError(`${source}: ${name} is for the command line`);
  builder.add(name, value, source);
}
