import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterAll, describe, expect, it } from "vitest";
import { readCommand } from "../../src/config/read-config.ts";
import { defaults, type SettingName, settings } from "../../src/config/settings.ts";

const example = readFileSync(new URL("../../deploy/relay.toml", import.meta.url), "utf8");
/** As if all its settings were taken into effect. */
const effective = example.replaceAll(/^#(?=\S)/gm, "").replace("~", homedir());
const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function configOf(content: string) {
  const file = join(directory, "relay.toml");
  writeFileSync(file, content);
  const command = readCommand(["--config", file], {});
  if (command.type !== "serve") throw new Error("it does not serve");
  return command.config;
}

describe("the example configuration", () => {
  it("sets nothing as it is", () => {
    expect(configOf(example)).toEqual(defaults({}));
  });

  it("has every setting, in the order of the help, and only settings", () => {
    expect(Object.keys(parse(effective))).toEqual(Object.keys(settings));
  });

  it("has for each its default, or a value that fits where there is none", () => {
    const values = configOf(effective);
    const withDefault = Object.entries(defaults({})).filter(([, value]) => value !== undefined);
    expect(withDefault.length).toBeGreaterThan(20);
    for (const [name, value] of withDefault) expect([name, values[name as SettingName]]).toEqual([name, value]);
    expect(values).toMatchObject({ origins: ["https://example.org"], metrics: { host: "127.0.0.1", port: 9464 } });
  });
});
