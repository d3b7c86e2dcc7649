import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ExampleForms } from "@countersign/cosign";
import { DEFAULT_RELAY, readRelay } from "../../options.ts";
import { exampleForms } from "../example-forms.ts";
import type { AllowedAddresses } from "../http/allowed-addresses.ts";
import { createAllowedAddresses } from "../http/allowed-addresses.ts";
import { readRpcAuth, type SaltedUser } from "../http/users.ts";
import { createWhitelists, type Whitelists } from "../http/whitelists.ts";
import { ConfigError } from "./given.ts";
import { DEFAULT_PORT } from "./options.ts";
import type { Settings } from "./settings.ts";

const LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;
const COOKIE_MODES = { owner: 0o600, group: 0o640, all: 0o644 } as const;
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** Where to listen. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** All that the daemon can be told, checked. */
export interface DaemonConfig {
  readonly datadir: string;
  /** None: sessions are carried by hand. */
  readonly relay: string | undefined;
  /** What that relay is shown. Secret. */
  readonly accessToken: string | undefined;
  /** A file whose first line is the passphrase for the key of the sessions; none: that key is readable by its owner. */
  readonly passphraseFile: string | undefined;
  /** A program that asks for it where there is no such file. */
  readonly askPass: string | undefined;
  /** The file with the keys of coins. */
  readonly coinKeyFile: string | undefined;
  readonly endpoints: readonly Endpoint[];
  /** Whether the endpoints are the loopback ones that are there without being asked for. */
  readonly isLoopbackOnly: boolean;
  readonly password: { readonly user: string; readonly password: string } | undefined;
  readonly saltedUsers: readonly SaltedUser[];
  readonly cookie: { readonly path: string; readonly mode: number } | undefined;
  readonly allowed: AllowedAddresses;
  readonly whitelists: Whitelists;
  readonly threads: number;
  readonly queueDepth: number;
  readonly idleSeconds: number;
  readonly logLevel: (typeof LEVELS)[number];
  /** How the help writes calls, once it is known where the daemon listens. */
  readonly forms: (listening: { readonly port: number; readonly url: string }) => ExampleForms;
  /** What is odd, and no reason not to start. */
  readonly warnings: readonly string[];
}

/** Checks what the daemon was told. Throws `ConfigError`, and `CommandError` for the relay. */
export function daemonConfig(settings: Settings, environment: NodeJS.ProcessEnv): DaemonConfig {
  const password = readPassword(settings);
  const saltedUsers = settings.list("rpcauth").map(readRpcAuth);
  const cookie = password === undefined ? readCookie(settings) : undefined;
  if (password === undefined && cookie === undefined && saltedUsers.length === 0) {
    throw new ConfigError("nobody could call: give -rpcpassword or -rpcauth, or let the cookie file be made");
  }
  const hasBind = settings.list("rpcbind").length > 0;
  const hasAllow = settings.list("rpcallowip").length > 0;
  const port = settings.whole("rpcport") ?? DEFAULT_PORT;
  return {
    datadir: settings.datadir,
    relay: relayOf(settings, environment),
    accessToken: readAccessToken(environment),
    passphraseFile: passphraseFile(environment),
    askPass: environment["COUNTERSIGN_ASKPASS"] || undefined,
    coinKeyFile: below(settings.datadir, settings.text("adaptorkeys")),
    endpoints:
      hasBind && hasAllow
        ? settings.list("rpcbind").map((text) => readEndpoint(text, port))
        : LOOPBACK.map((host) => ({ host, port })),
    isLoopbackOnly: !(hasBind && hasAllow),
    password,
    saltedUsers,
    cookie,
    allowed: createAllowedAddresses(settings.list("rpcallowip")),
    whitelists: createWhitelists(settings.list("rpcwhitelist"), settings.switch("rpcwhitelistdefault")),
    threads: settings.whole("rpcthreads") ?? 16,
    queueDepth: settings.whole("rpcworkqueue") ?? 64,
    idleSeconds: settings.whole("rpcservertimeout") ?? 30,
    logLevel: oneOf(settings, "loglevel", LEVELS) ?? "info",
    forms: (listening) => exampleForms(settings, listening),
    warnings:
      hasBind === hasAllow
        ? []
        : [`${hasBind ? "rpcbind" : "rpcallowip"} alone opens nothing: without the other one, only loopback is served`],
  };
}

function relayOf(settings: Settings, environment: NodeJS.ProcessEnv): string | undefined {
  const given = settings.text("relay");
  return given === false ? undefined : readRelay(given || environment["COUNTERSIGN_RELAY"] || DEFAULT_RELAY);
}

function readAccessToken({ COUNTERSIGN_RELAY_TOKEN: token = "" }: NodeJS.ProcessEnv): string | undefined {
  const text = token.trim();
  if (text === "" || /^[\w.~-]{1,256}$/.test(text)) return text || undefined;
  throw new ConfigError("COUNTERSIGN_RELAY_TOKEN is one word of letters, digits and - . _ ~");
}

/** What the user or the service manager has put there. */
function passphraseFile(environment: NodeJS.ProcessEnv): string | undefined {
  const { COUNTERSIGN_PASSPHRASE_FILE: named, CREDENTIALS_DIRECTORY: credentials } = environment;
  if (named !== undefined && named !== "") return named;
  const given = credentials === undefined ? undefined : join(credentials, "countersign-passphrase");
  return given !== undefined && existsSync(given) ? given : undefined;
}

function below(datadir: string, path: string | false | undefined): string | undefined {
  return path ? resolve(datadir, path) : undefined;
}

function readPassword(settings: Settings): DaemonConfig["password"] {
  const user = settings.text("rpcuser") || undefined;
  const password = settings.text("rpcpassword") || undefined;
  if (password === undefined) {
    if (user !== undefined) throw new ConfigError("rpcuser wants rpcpassword, too");
    return undefined;
  }
  if (user?.includes(":")) throw new ConfigError("rpcuser cannot have a colon");
  return { user: user ?? "", password };
}

function readCookie(settings: Settings): DaemonConfig["cookie"] {
  const path = settings.cookieFile;
  const readers = ["owner", "group", "all"] as const;
  const mode = COOKIE_MODES[oneOf(settings, "rpccookieperms", readers) ?? "owner"];
  return path === undefined ? undefined : { path, mode };
}

function readEndpoint(text: string, port: number): Endpoint {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)|([0-9A-Fa-f:.]+))(?::(\d{1,5}))?$/.exec(text);
  const isBareIpv6 = match?.[3] !== undefined;
  const host = match?.[1] ?? match?.[2] ?? (isBareIpv6 ? text : undefined);
  const own = isBareIpv6 || match?.[4] === undefined ? port : Number(match[4]);
  if (host === undefined || own > 65_535) throw new ConfigError("rpcbind is ADDRESS or ADDRESS:PORT, like [::]:8339");
  return { host, port: own };
}

function oneOf<Value extends string>(
  settings: Settings,
  name: "loglevel" | "rpccookieperms",
  values: readonly Value[],
): Value | undefined {
  const text = settings.text(name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new ConfigError(`${name} is one of ${values.join(", ")}`);
  return found;
}
