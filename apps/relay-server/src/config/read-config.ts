import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse as parseToml } from "smol-toml";
import * as v from "valibot";
import { messageOf } from "../failure.ts";
import { type Config, defaults, type SettingName, settings } from "./settings.ts";

/** The relay was called wrongly: a sentence that says how. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** What the command line asks for. */
export type Command =
  | { readonly type: "help" }
  | { readonly type: "version" }
  | { readonly type: "token"; readonly holder: string | undefined }
  | { readonly type: "serve"; readonly config: Config };

const names = Object.keys(settings) as SettingName[];

/** Reads flags, then the environment, then the file, then the defaults: the first that says something counts. */
export function readCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  if (args[0] === "token") return readTokenCommand(args.slice(1));
  const flags = readFlags(args);
  if (flags["help"] === true) return { type: "help" };
  if (flags["version"] === true) return { type: "version" };
  const path = flags["config"] ?? environment["COUNTERSIGN_RELAY_CONFIG"];
  const file = typeof path === "string" ? readFile(path) : {};
  const config: Record<string, unknown> = { ...defaults(environment) };
  for (const name of names) {
    const variable = variableOf(name);
    if (flags[name] !== undefined) config[name] = check(name, flags[name], `--${name}`);
    else if (environment[variable] !== undefined) config[name] = check(name, environment[variable], variable);
    else if (Object.hasOwn(file, name)) config[name] = check(name, file[name], `${name} in ${path}`);
  }
  for (const [one, other] of [
    ["tls-cert", "tls-key"],
    ["tls-key", "tls-cert"],
  ] as const) {
    if (config[one] !== undefined && config[other] === undefined) throw new ConfigError(`${one} wants ${other}, too`);
  }
  // Every name of the table has its default or a checked value.
  return { type: "serve", config: config as Config };
}

/** The help text. */
export function usage(): string {
  const options: readonly (readonly [string, string])[] = [
    ...names.map((name) => {
      const { help, ...rest } = settings[name];
      return [`--${name}${"placeholder" in rest ? ` ${rest.placeholder}` : ""}`, help] as const;
    }),
    ["--config FILE.toml", 'the same settings, one per line: listen = "127.0.0.1:8765"'],
    ["--version, --help", ""],
    ["token [--for NAME]", "make an access token: prints it, and the line for the file of access-tokens"],
  ];
  const width = Math.max(...options.map(([option]) => option.length));
  return [
    "countersign-relay: the relay between the members of a Countersign session",
    "",
    ...options.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`.trimEnd()),
    "",
    `Every setting is also an environment variable: ${variableOf("log-level")} for --log-level.`,
    "",
  ].join("\n");
}

function readTokenCommand(args: readonly string[]): Command {
  const options = { for: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
  const flags = parse(() => parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values);
  return flags.help ? { type: "help" } : { type: "token", holder: flags.for };
}

function readFlags(args: readonly string[]): Record<string, string | boolean | undefined> {
  const settingOptions = names.map((name) => [name, { type: "placeholder" in settings[name] ? "string" : "boolean" }]);
  const options = {
    ...(Object.fromEntries(settingOptions) as Record<SettingName, { type: "string" | "boolean" }>),
    config: { type: "string" },
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
  } as const;
  return parse(
    () => parseArgs({ args: [...args], options, strict: true, allowPositionals: false, allowNegative: true }).values,
  );
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(messageOf(error));
  }
}

function readFile(path: string): Record<string, unknown> {
  let file: Record<string, unknown>;
  try {
    file = parseToml(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ConfigError(`cannot read ${path}: ${messageOf(error).split("\n")[0]}`);
  }
  const unknown = Object.keys(file).find((key) => !Object.hasOwn(settings, key));
  if (unknown !== undefined) throw new ConfigError(`${path} sets ${unknown}, which this relay does not know`);
  return file;
}

function check(name: SettingName, value: unknown, source: string): unknown {
  const checked = v.safeParse(settings[name].schema as v.GenericSchema, value, { abortEarly: true });
  if (!checked.success) throw new ConfigError(`${source} ${checked.issues[0].message}`);
  return checked.output;
}

function variableOf(name: SettingName): string {
  return `COUNTERSIGN_RELAY_${name.toUpperCase().replaceAll("-", "_")}`;
}
