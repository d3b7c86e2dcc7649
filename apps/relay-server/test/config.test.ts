import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCommand, usage } from "../src/config/read-config.ts";
import { settings } from "../src/config/settings.ts";

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

describe("the configuration", () => {
  it("has a default for everything", () => {
    expect(configOf([], { XDG_STATE_HOME: "/state" })).toEqual({
      listen: { host: "127.0.0.1", port: 8765 },
      data: "/state/countersign-relay",
      ephemeral: false,
      "session-life": 1_800,
      "ping-interval": 20,
      "log-level": "info",
    });
    expect(configOf([])).toMatchObject({ data: expect.stringMatching(/\.local\/state\/countersign-relay$/) });
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
    [["--log-level", "loud"], /^--log-level must be one of /],
    [["--frobnicate"], /^Unknown option '--frobnicate'/],
    [["extra"], /^Unexpected argument 'extra'/],
    [["--config", "/none/at/all.toml"], /^cannot read \/none\/at\/all.toml: ENOENT/],
  ])("refuses %j", (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(sentence);
  });

  it.each([
    ["listen = \n", /^cannot read .+relay\.toml: /],
    ["listen = 3\n", /^listen in .+relay\.toml must be HOST:PORT/],
    ["session-life = 60.5\n", /^session-life in .+relay\.toml must be whole seconds/],
    ["session-life = 86401\n", /^session-life in .+relay\.toml must be whole seconds/],
    ['listen-on = "x"\n', /relay\.toml sets listen-on, which this relay does not know$/],
    ['constructor = "x"\n', /relay\.toml sets constructor, which this relay does not know$/],
    ['[listen]\nhost = "x"\n', /^listen in .+relay\.toml must be HOST:PORT/],
  ])("refuses the file %j", (content, sentence) => {
    expect(() => readCommand(["--config", toml(content)], {})).toThrow(sentence);
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
