import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limitDefaults, limitSettings, limitsOf } from "../src/config/limit-settings.ts";
import { readCommand, usage } from "../src/config/read-config.ts";
import { type SettingName, settings } from "../src/config/settings.ts";
import { type LimitRange, limitRanges } from "../src/limits/limits.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function toml(content: string): string {
  const path = join(directory, "relay.toml");
  writeFileSync(path, content);
  return path;
}

const configOf = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const command = readCommand(args, environment);
  return command.type === "serve" ? command.config : command.type;
};

const ranges: readonly (readonly [SettingName, LimitRange])[] = [
  ["session-life", { min: 60, default: 1_800, max: 86_400 }],
  ["ping-interval", { min: 1, default: 20, max: 3_600 }],
  ["drain", { min: 0, default: 10, max: 3_600 }],
  ...Object.entries(limitSettings).map(([name, { limit }]) => [name as SettingName, limitRanges[limit]] as const),
];

describe.each(ranges)("the setting %s", (name, { min, max, default: normal }) => {
  const variable = `COUNTERSIGN_RELAY_${name.toUpperCase().replaceAll("-", "_")}`;
  const everywhere = (value: number): readonly (() => unknown)[] => [
    () => configOf([`--${name}=${value}`]),
    () => configOf([], { [variable]: String(value) }),
    () => configOf(["--config", toml(`${name} = ${value}\n`)]),
  ];

  it("has its default, its smallest and its greatest value", () => {
    expect(configOf([])).toMatchObject({ [name]: normal });
    for (const value of [min, max]) {
      for (const read of everywhere(value)) expect(read()).toMatchObject({ [name]: value });
    }
  });

  it("has no other value", () => {
    for (const value of [min - 1, max + 1, min + 0.5]) {
      for (const read of everywhere(value)) expect(read).toThrow(new RegExp(`must be .+ from ${min} to ${max}$`));
    }
  });
});

it("there is a setting for every limit, and it sets this limit", () => {
  const set = Object.keys(limitRanges).map((name, i) => [name, 65_536 + i]);
  const config = Object.entries(limitSettings).map(([name, { limit }]) => [
    name,
    65_536 + Object.keys(limitRanges).indexOf(limit),
  ]);
  expect(limitsOf(Object.fromEntries(config))).toEqual(Object.fromEntries(set));
});

describe("the configuration", () => {
  it("has a default for everything", () => {
    expect(configOf([], { XDG_STATE_HOME: "/state" })).toEqual({
      listen: { host: "127.0.0.1", port: 8765 },
      data: "/state/countersign-relay",
      ephemeral: false,
      "store-durability": "always",
      "store-prefix": "countersign",
      "session-life": 1_800,
      "ping-interval": 20,
      drain: 10,
      "trust-proxy": 0,
      status: true,
      "log-level": "info",
      ...limitDefaults,
    });
    expect(configOf([])).toMatchObject({ data: expect.stringMatching(/\.local\/state\/countersign-relay$/) });
  });

  it("says which variables look like settings and are none", () => {
    const environment = { COUNTERSIGN_RELAY_SESION_LIFE: "62", COUNTERSIGN_RELAY_SESSIONS: "7", OTHER: "1" };
    expect(readCommand([], environment)).toMatchObject({
      config: { sessions: 7 },
      unread: ["COUNTERSIGN_RELAY_SESION_LIFE"],
    });
  });

  it("takes flags before the environment before the file before the defaults", () => {
    const file = toml(
      'listen = "[::1]:1"\nsession-life = 61\nping-interval = 5\nephemeral = true\nlog-level = "warn"\n',
    );
    const environment = { COUNTERSIGN_RELAY_SESSION_LIFE: "62", COUNTERSIGN_RELAY_PING_INTERVAL: "6" };
    expect(configOf(["--config", file, "--ping-interval", "7"], environment)).toMatchObject({
      listen: { host: "::1", port: 1 },
      "session-life": 62,
      "ping-interval": 7,
      ephemeral: true,
      "log-level": "warn",
    });
    expect(configOf([], { COUNTERSIGN_RELAY_CONFIG: file, COUNTERSIGN_RELAY_EPHEMERAL: "false" })).toMatchObject({
      "session-life": 61,
      ephemeral: false,
    });
  });

  it("does not mind variables of others with the same beginning", () => {
    expect(configOf(["--ephemeral"], { COUNTERSIGN_RELAY_PORT: "tcp://10.0.0.1:80" })).toMatchObject({
      ephemeral: true,
    });
  });

  it.each([
    [["--listen", "nowhere"], /^--listen must be HOST:PORT, like /],
    [["--listen", "127.0.0.1:65536"], /^--listen must be HOST:PORT, like /],
    [["--listen", "::1:80"], /^--listen must be HOST:PORT, like /],
    [["--data", ""], /^--data must be a path$/],
    [["--session-life", "59"], /^--session-life must be whole seconds from 60 to 86400$/],
    [["--session-life", "86401"], /^--session-life must be whole seconds from 60 to 86400$/],
    [["--session-life", "6e1"], /^--session-life must be whole seconds from 60 to 86400$/],
    [["--session-life", "9999999999999999"], /^--session-life must be whole seconds from 60 to 86400$/],
    [["--log-level", "loud"], /^--log-level must be one of /],
    [["--tls-cert", "cert.pem"], /^tls-cert wants tls-key, too$/],
    [["--tls-key", "key.pem"], /^tls-key wants tls-cert, too$/],
    [["--access-tokens", ""], /^--access-tokens must be a path$/],
    [["--metrics", "9464"], /^--metrics must be HOST:PORT, like /],
    [["token", "alice"], /^Unexpected argument 'alice'/],
    [["token", "--config", "x"], /^Unknown option '--config'/],
    [["--frobnicate"], /^Unknown option '--frobnicate'/],
    [["extra"], /^Unexpected argument 'extra'/],
    [["--config", "/none/at/all.toml"], /^cannot read \/none\/at\/all.toml: ENOENT/],
  ])("refuses %j", (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(sentence);
  });

  it.each([
    ["listen = \n", /^cannot read .+relay\.toml: /],
    ["listen = 3\n", /^listen in .+relay\.toml must be HOST:PORT/],
    ["status = 3\n", /^status in .+relay\.toml must be true or false$/],
    ["limits = { connections = 3 }\n", /relay\.toml sets limits, which this relay does not know$/],
    ["session-life = 60.5\n", /^session-life in .+relay\.toml must be whole seconds/],
    ["session-life = 86401\n", /^session-life in .+relay\.toml must be whole seconds/],
    ['listen-on = "x"\n', /relay\.toml sets listen-on, which this relay does not know$/],
    ['constructor = "x"\n', /relay\.toml sets constructor, which this relay does not know$/],
    ['[listen]\nhost = "x"\n', /^listen in .+relay\.toml must be HOST:PORT/],
  ])("refuses the file %j", (content, sentence) => {
    expect(() => readCommand(["--config", toml(content)], {})).toThrow(sentence);
  });

  it.each<[string, unknown]>([
    ["0", 0],
    ["1", 1],
    ["16", 16],
    ["10.0.0.0/8, ::1", ["10.0.0.0/8", "::1"]],
  ])("takes %s for proxies to trust", (value, expected) => {
    expect(configOf(["--trust-proxy", value])).toMatchObject({ "trust-proxy": expected });
    const inFile = typeof expected === "number" ? value : JSON.stringify(expected);
    expect(configOf(["--config", toml(`trust-proxy = ${inFile}\n`)])).toMatchObject({ "trust-proxy": expected });
  });

  it.each(["17", "-1", "1.5", "", "proxy.example", "10.0.0.0/33", "10.0.0.1,"])(
    "does not take %j for proxies to trust",
    (value) => expect(() => readCommand([`--trust-proxy=${value}`], {})).toThrow(/must be a number of proxies from 0/),
  );

  it("takes origins as browsers write them, and no others", () => {
    const origins = ["https://example.org", "http://localhost:3000", "null"];
    expect(configOf(["--origins", origins.join()])).toMatchObject({ origins });
    expect(configOf(["--config", toml(`origins = ${JSON.stringify(origins)}\n`)])).toMatchObject({ origins });
    for (const wrong of ["", "*", "example.org", "https://example.org/", "https://EXAMPLE.org", "https://a.b:443"]) {
      expect(() => readCommand(["--origins", wrong], {})).toThrow("--origins must be origins of pages");
    }
  });

  it("takes switches and their opposites", () => {
    expect(configOf(["--no-status", "--ephemeral"])).toMatchObject({ status: false, ephemeral: true });
    expect(configOf(["--no-ephemeral"], { COUNTERSIGN_RELAY_EPHEMERAL: "1" })).toMatchObject({ ephemeral: false });
  });

  it("makes tokens by a command of its own", () => {
    expect(readCommand(["token"], {})).toEqual({ type: "token", holder: undefined });
    expect(readCommand(["token", "--for", "alice"], {})).toEqual({ type: "token", holder: "alice" });
    expect(configOf(["token", "--help"])).toBe("help");
  });

  it("refuses a variable that does not fit", () => {
    expect(() => readCommand([], { COUNTERSIGN_RELAY_EPHEMERAL: "perhaps" })).toThrow(
      "COUNTERSIGN_RELAY_EPHEMERAL must be true or false",
    );
  });

  it("is explained in the help, all of it", () => {
    for (const name of Object.keys(settings)) expect(usage()).toContain(`  --${name}`);
    expect(configOf(["--help", "--listen", "nonsense"])).toBe("help");
    expect(configOf(["--version"])).toBe("version");
  });
});
