import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";

/** One thing that can be set, everywhere under the same name. */
export interface Setting {
  readonly schema: v.GenericSchema<unknown, unknown>;
  readonly help: string;
  /** What stands for the value in the help; none for a switch. */
  readonly placeholder?: string;
}

/** Where the relay listens. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

const listen = v.pipe(
  v.string("must be HOST:PORT"),
  v.transform(readListen),
  v.check((value) => value !== undefined, "must be HOST:PORT, like 127.0.0.1:8765 or [::1]:8765"),
  v.transform((value) => value as Listen),
);

const seconds = (min: number, max: number) => {
  const reason = `must be whole seconds from ${min} to ${max}`;
  // Flags and the environment bring text, the file brings numbers.
  const text = v.pipe(v.string(reason), v.regex(/^\d{1,9}$/, reason), v.transform(Number));
  return v.pipe(
    v.union([v.number(), text], reason),
    v.integer(reason),
    v.minValue(min, reason),
    v.maxValue(max, reason),
  );
};

const flag = v.pipe(
  v.union([v.boolean(), v.picklist(["true", "false", "1", "0"])], "must be true or false"),
  v.transform((value) => value === true || value === "true" || value === "1"),
);

const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** All settings. By this table the flags, the environment, the file and the help are made. */
export const settings = {
  listen: {
    schema: listen,
    placeholder: "HOST:PORT",
    help: "where to serve; port 0 picks a free one (127.0.0.1:8765)",
  },
  data: {
    schema: v.pipe(v.string("must be a path"), v.minLength(1, "must be a path")),
    placeholder: "DIR",
    help: "where the database is (the state folder of the user)",
  },
  ephemeral: { schema: flag, help: "keep everything in memory only" },
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
  "log-level": {
    schema: v.picklist(levels, `must be one of ${levels.join(", ")}`),
    placeholder: "LEVEL",
    help: `what to log on stderr: ${levels.join(", ")} (info)`,
  },
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
    "session-life": 1_800,
    "ping-interval": 20,
    "log-level": "info",
  };
}

function readListen(text: string): Listen | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port <= 65_535 ? { host, port } : undefined;
}
