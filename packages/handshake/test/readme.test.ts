import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("../examples/two-parties.mjs", import.meta.url));
const readme = fileURLToPath(new URL("../README.md", import.meta.url));

test("the README shows the example as it is, and it does what the README says", () => {
  expect(readFileSync(readme, "utf8")).toContain(`\`\`\`js\n${readFileSync(example, "utf8").trimEnd()}\n\`\`\``);
  const lines = execFileSync(process.execPath, [example], { encoding: "utf8" }).trim().split("\n");
  const strings = lines.filter((line) => line.includes(" sees ")).map((line) => line.replace(/^\w+ sees /, ""));
  expect(strings).toHaveLength(2);
  expect(strings[0]).toMatch(/^[a-z]+(-[a-z]+){4} [0-9]{6}$/);
  expect(strings[1]).toBe(strings[0]);
  expect(lines).toContain("bob received hello");
});
