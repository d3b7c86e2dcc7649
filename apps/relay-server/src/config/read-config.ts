import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse as parseToml } from "smol-toml";
import * as v from "valibot";
import { messageOf } from "../failure.ts";
import { limitSettings } from "./limit-settings.ts";
import { PASSWORD_VARIABLE } from "./relay-options-of.ts";
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
  | {
      readonly type: "serve";
      readonly config: Config;
      /** Names of variables that look like settings and are none. */
      readonly unread: readonly string[];
    };

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
  if (config["store"] !== undefined && config["ephemeral"] === true) {
    throw new ConfigError("store and ephemeral exclude each other");
  }
  // Every name of the table has its default or a checked value.
  return { type: "serve", config: config as Config, unread: unreadVariables(environment) };
}

/** The help text. */
export function usage(): string {
  const general = names.filter((name) => !Object.hasOwn(limitSettings, name)).map(explain);
  const limits = names.filter((name) => Object.hasOwn(limitSettings, name)).map(explain);
  const width = Math.max(...[...general, ...limits].map(([option]) => option.length));
  const line = ([option, help]: readonly [string, string]) => `  ${option.padEnd(width)}  ${help}`.trimEnd();
  return [
    "countersign-relay: the relay between the members of a Countersign session",
    "",
    "  countersign-relay [--config FILE.toml] [OPTION...]",
    "  countersign-relay token [--for NAME]    makes an access token: prints it, and its line for --access-tokens",
    "  countersign-relay --version | --help",
    "",
    "Options, with what holds without them:",
    ...general.map(line),
    "",
    "Limits; the README says what happens above them:",
    ...limits.map(line),
    "",
    "Every option is also a variable and a line of the file, which count in this order:",
    `  --session-life 600    ${variableOf("session-life")}=600    session-life = 600`,
    "",
  ].join("\n");
}

function explain(name: SettingName): readonly [option: string, help: string] {
  const { help, ...rest } = settings[name];
  return [`--${name}${"placeholder" in rest ? ` ${rest.placeholder}` : ""}`, help];
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

/** Variables that look like settings and are none. Container platforms make some up, so they keep nobody from starting. */
function unreadVariables(environment: NodeJS.ProcessEnv): readonly string[] {
  const known = new Set([
    ...names.map(variableOf),
    "COUNTERSIGN_RELAY_CONFIG",
    "COUNTERSIGN_RELAY_TOKEN",
    PASSWORD_VARIABLE,
  ]);
  return Object.keys(environment).filter((name) => name.startsWith("COUNTERSIGN_RELAY_") && !known.has(name));
}

function variableOf(name: SettingName): string {
  return `COUNTERSIGN_RELAY_${name.toUpperCase().replaceAll("-", "_")}`;
}
