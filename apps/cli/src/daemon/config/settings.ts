import { isAbsolute, join, resolve } from "node:path";
import envPaths from "env-paths";
import { ConfigError, type Given } from "./given.ts";
import { findOption, type OptionName } from "./options.ts";
import { readConfigFile } from "./read-file.ts";

/** Options from the command line and from the file, looked up by name. */
export class Settings {
  readonly datadir: string;
  /** Whether the datadir is the usual one, which a client finds by itself. */
  readonly isUsualDatadir: boolean;
  /** The file that was read. */
  readonly file: string | undefined;
  readonly #line: Given;
  readonly #file: Given;

  private constructor(line: Given, datadir: string, usual: string, file: { path: string; given: Given } | undefined) {
    this.#line = line;
    this.#file = file?.given ?? new Map();
    this.datadir = datadir;
    this.isUsualDatadir = datadir === usual;
    this.file = file?.path;
  }

  /** Reads the file that goes with a command line. Throws `ConfigError`. */
  static async read(line: Given, environment: NodeJS.ProcessEnv): Promise<Settings> {
    const usual = usualDatadir(environment);
    const datadir = resolve(lastOf(line, "datadir") || usual);
    return new Settings(line, datadir, usual, await readConfigFile(datadir, lastOf(line, "conf") || undefined));
  }

  /** Whether an option is on the command line. */
  isOnLine(name: OptionName): boolean {
    return this.#line.has(name);
  }

  /** What a text was given as; `false` if it was turned off. On the command line the last one counts, else the first. */
  text(name: OptionName): string | false | undefined {
    return lastOf(this.#line, name) ?? this.#file.get(name)?.[0];
  }

  /** Every one of a list, those of the command line first. */
  list(name: OptionName): readonly string[] {
    const all = [...(this.#line.get(name) ?? []), ...(this.#file.get(name) ?? [])];
    return all.filter((one) => one !== false);
  }

  switch(name: OptionName): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : text === "1";
  }

  /** A whole number within the bounds of its option. Throws `ConfigError`. */
  whole(name: OptionName): number | undefined {
    const text = this.text(name);
    if (text === undefined || text === false) return undefined;
    const [least, most] = findOption(name)?.range ?? [0, Number.MAX_SAFE_INTEGER];
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new ConfigError(`${name} is a whole number from ${least} to ${most}`);
  }

  /** The cookie file, if there may be one. */
  get cookieFile(): string | undefined {
    const named = this.text("rpccookiefile") ?? ".cookie";
    return named === false ? undefined : isAbsolute(named) ? named : join(this.datadir, named);
  }
}

function lastOf(given: Given, name: OptionName): string | false | undefined {
  return given.get(name)?.at(-1);
}

function usualDatadir(environment: NodeJS.ProcessEnv): string {
  const home = environment["COUNTERSIGN_HOME"];
  return join(home || envPaths("countersign", { suffix: "" }).data, "daemon");
}
