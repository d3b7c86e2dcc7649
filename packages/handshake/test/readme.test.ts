import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));

/** The lines that an example prints, which the README must show as it is. */
function run(name: string): string[] {
  const example = fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url));
  expect(readFileSync(readme, "utf8")).toContain(`\`\`\`js\n${readFileSync(example, "utf8").trimEnd()}\n\`\`\``);
  return execFileSync(process.execPath, [example], { encoding: "utf8" }).trim().split("\n");
}

test("the README shows the example as it is, and it does what the README says", () => {
  const lines = run("two-parties");
  const strings = lines.filter((line) => line.includes(" sees ")).map((line) => line.replace(/^\w+ sees /, ""));
  expect(strings).toHaveLength(2);
  expect(strings[0]).toMatch(/^[a-z]+(-[a-z]+){4} [0-9]{6}$/);
  expect(strings[1]).toBe(strings[0]);
  expect(lines).toContain("bob received hello");
});

test("so it does with two endpoints of telehash", () => {
  const lines = run("telehash");
  expect(lines[0]).toBe("bob received hello");
  expect(lines.slice(1).toSorted()).toEqual(["alice's channel has ended", "bob's channel has ended"]);
});
