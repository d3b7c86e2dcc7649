import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { limitDefaults, limitSettings } from "./limit-settings.ts";
import { durability, engine, flag, listen, origins, path, prefix, seconds, trustProxy } from "./values.ts";

/** One thing that can be set, everywhere under the same name. */
export interface Setting {
  readonly schema: v.GenericSchema<unknown, unknown>;
  readonly help: string;
  /** What stands for the value in the help; none for a switch. */
  readonly placeholder?: string;
}

const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Everything that can be set, in the order of the help. What may be left out altogether is optional. */
export const settings = {
  listen: {
    schema: listen,
    placeholder: "HOST:PORT",
    help: "where to serve; port 0 picks a free one (127.0.0.1:8765)",
  },
  data: { schema: path, placeholder: "DIR", help: "where the database is (~/.local/state/countersign-relay)" },
  ephemeral: { schema: flag, help: "keep everything in memory only" },
  store: {
    schema: v.optional(engine),
    placeholder: "URL",
    help: "a Valkey or Redis instead of the database, for several relays: redis://, rediss:// or unix://",
  },
  "store-durability": {
    schema: durability,
    placeholder: "MODE",
    help: "what an acknowledgement means there: always, everysec, replicas=N, synced=N (always)",
  },
  "store-prefix": { schema: prefix, placeholder: "NAME", help: "with which all keys there begin (countersign)" },
  "store-password-file": { schema: v.optional(path), placeholder: "FILE", help: "the password of the user there" },
  "store-ca": {
    schema: v.optional(path),
    placeholder: "FILE",
    help: "who signs the certificate of rediss://, in PEM (whom the system trusts)",
  },
  "store-address-key": {
    schema: v.optional(path),
    placeholder: "FILE",
    help: "the secret under which relays count addresses together (each counts alone)",
  },
  "session-life": {
    schema: seconds(60, 86_400),
    placeholder: "SECONDS",
    help: "until a session without activity expires (1800)",
  },
  "ping-interval": {
    schema: seconds(1, 3_600),
    placeholder: "SECONDS",
    help: "between pings; who answers none is cut (20)",
  },
  drain: {
    schema: seconds(0, 3_600),
    placeholder: "SECONDS",
    help: "over which clients are sent away before the relay stops (10)",
  },
  "tls-cert": { schema: v.optional(path), placeholder: "FILE", help: "certificate with its chain, in PEM" },
  "tls-key": { schema: v.optional(path), placeholder: "FILE", help: "its private key, in PEM" },
  "trust-proxy": {
    schema: trustProxy,
    placeholder: "COUNT|LIST",
    help: "proxies in front, or their addresses: they say who the client is (0)",
  },
  origins: { schema: v.optional(origins), placeholder: "LIST", help: "web pages that may connect (all)" },
  "access-tokens": {
    schema: v.optional(path),
    placeholder: "FILE",
    help: "hashes of the tokens of those who may connect (everybody may)",
  },
  metrics: {
    schema: v.optional(listen),
    placeholder: "HOST:PORT",
    help: "where /metrics is (beside the rest)",
  },
  status: { schema: flag, help: "show what the relay does at /; --no-status: do not (shown)" },
  "log-level": {
    schema: v.picklist(levels, `must be one of ${levels.join(", ")}`),
    placeholder: "LEVEL",
    help: `what to log on stderr: ${levels.join(", ")} (info)`,
  },
  ...limitSettings,
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** All settings with their values. */
export type Config = { readonly [Name in SettingName]: v.InferOutput<(typeof settings)[Name]["schema"]> };

/** What holds where nothing else is said. */
export function defaults(environment: NodeJS.ProcessEnv): Config {
  const state = environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return {
    listen: { host: "127.0.0.1", port: 8765 },
    data: join(state, "countersign-relay"),
    ephemeral: false,
    store: undefined,
    "store-durability": "always",
    "store-prefix": "countersign",
    "store-password-file": undefined,
    "store-ca": undefined,
    "store-address-key": undefined,
    "session-life": 1_800,
    "ping-interval": 20,
    drain: 10,
    "tls-cert": undefined,
    "tls-key": undefined,
    "trust-proxy": 0,
    origins: undefined,
    "access-tokens": undefined,
    metrics: undefined,
    status: true,
    "log-level": "info",
    ...limitDefaults,
  };
}
