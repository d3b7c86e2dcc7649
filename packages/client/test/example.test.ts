import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startRelay } from "@countersign/relay-server";
import { expect, test, vi } from "vitest";

const example = fileURLToPath(new URL("../examples/pair.mjs", import.meta.url));

test("the example of the README runs, and both see the same words", async () => {
  const relay = await startRelay();
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  const { argv } = process;
  process.argv = [argv[0] ?? "", "pair.mjs", relay.url];
  try {
    await import(example);
  } finally {
    process.argv = argv;
    log.mockRestore();
    await relay.close();
  }
  const seen = lines.map((line) => /^(alice|bob) sees ((?:[a-z]+-){4}[a-z]+) \([0-9]{6}\)$/i.exec(line)?.[2]);
  expect(seen.filter((words) => words !== undefined)).toHaveLength(2);
  expect(new Set(seen.slice(0, 2)).size).toBe(1);
  expect(lines.at(-1)).toBe("bob received: shall we sign this?");
});

test("the README shows the example as it is", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`js\n${await readFile(example, "utf8")}\`\`\``);
});
