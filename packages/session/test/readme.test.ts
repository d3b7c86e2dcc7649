import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

it("the README shows the example as it is, and all parties have the same number, signed", () => {
  const example = path("examples/joint-random.mjs");
  expect(readFileSync(path("README.md"), "utf8")).toContain(
    `\`\`\`js\n${readFileSync(example, "utf8").trimEnd()}\n\`\`\``,
  );
  const lines = execFileSync(process.execPath, [example], { encoding: "utf8" }).trim().split("\n");
  const [, number] = /^\w+ has ([0-9a-f]{64}) signed by all$/.exec(lines[0] ?? "") ?? [];
  expect(lines.toSorted()).toEqual(["alice", "bob", "carol"].map((label) => `${label} has ${number} signed by all`));
});
