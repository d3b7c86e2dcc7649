import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { limitSettings } from "../../src/config/limit-settings.ts";
import { defaults, type SettingName, settings } from "../../src/config/settings.ts";
import { limitRanges } from "../../src/limits/limits.ts";

const home = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(home, "README.md"), "utf8");

/** The rows of the table of a section, cell by cell, without its head. */
function rowsOf(section: string): string[][] {
  const text = readme.split(/^#{2,3} /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

/** What stands in the text as code. */
const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

const names = Object.keys(settings) as SettingName[];
const isLimit = (name: SettingName): name is keyof typeof limitSettings => Object.hasOwn(limitSettings, name);

/** A default as one would write it. */
function written(name: SettingName): string {
  const value = defaults({ HOME: "~" })[name];
  if (value === undefined) return "–";
  if (name === "data") return "`~/.local/state/countersign-relay`";
  return typeof value === "object" && "port" in value ? `\`${value.host}:${value.port}\`` : `\`${value}\``;
}

describe("the README", () => {
  it("has every setting that is no limit, with its default and its range", () => {
    const rows = rowsOf("Settings").flatMap(([cell = "", ...rest]) => codeIn(cell).map((name) => [name, ...rest]));
    expect(rows.map(([name]) => name)).toEqual(names.filter((name) => !isLimit(name)));
    for (const [name = "", value, meaning = ""] of rows) {
      expect([name, value]).toEqual([name, written(name as SettingName)]);
      const [least, most] = /(\d+) to (\d+)/.exec(meaning)?.slice(1).map(Number) ?? [];
      const { schema } = settings[name as SettingName];
      if (least === undefined || most === undefined) continue;
      const isTaken = (number: number) => schema["~standard"].validate(number);
      for (const number of [least, most])
        expect([name, isTaken(number)]).toEqual([name, { value: number, typed: true }]);
      for (const number of [least - 1, most + 1]) expect([name, isTaken(number)]).toHaveProperty("1.issues");
    }
  });

  it("has every limit, with its default, its range, and what happens above it", () => {
    const rows = rowsOf("Limits");
    expect(rows.map(([name = ""]) => name.slice(1, -1))).toEqual(names.filter(isLimit));
    for (const [name = "", value, range, consequence] of rows) {
      const { min, max, ...own } = limitRanges[limitSettings[name.slice(1, -1) as keyof typeof limitSettings].limit];
      expect([name, value, range]).toEqual([name, `\`${own.default}\``, `${min}, ${max}`]);
      expect(consequence?.length).toBeGreaterThan(5);
    }
  });

  it("quotes only what the relay says", () => {
    const paths = ["src/**/*.ts", "../../packages/rpc/src/**/errors.ts"].flatMap((path) =>
      globSync(path, { cwd: home }),
    );
    const sources = paths.map((path) => readFileSync(join(home, path), "utf8"));
    const said = sources.join("\n").replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…");
    const quoted = rowsOf("When something is wrong").flatMap(([cell = ""]) => codeIn(cell));
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter((text) => !said.includes(text))).toEqual([]);
  });

  it("names every file to deploy with, and no other", () => {
    const links = [...readme.matchAll(/\]\((deploy\/[^)]+)\)/g)].map(([, path = ""]) => path);
    const files = globSync("deploy/**", { cwd: home, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(home.length));
    expect([...new Set(links)].sort()).toEqual(paths.filter((path) => !path.endsWith(".dockerignore")).sort());
  });

  it("has no link within it that leads nowhere", () => {
    const anchors = [...readme.matchAll(/^#{2,3} (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(anchors).toContain(link);
    for (const [, path = ""] of readme.matchAll(/\]\((\.\.[^)#]+)/g)) expect(existsSync(join(home, path))).toBe(true);
  });
});
