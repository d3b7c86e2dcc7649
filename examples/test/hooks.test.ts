import { expect, it } from "vitest";
import { start } from "./example.ts";

/** What a program has said, in order, with hashnames as `…` and without bytes that were dropped. */
async function linesOf(name: string): Promise<readonly string[]> {
  const { status, lines, stderr } = await start(name).ended;
  expect(stderr).toBe("");
  expect(status, lines.join("\n")).toBe(0);
  return lines
    .map((line) => `${line.slice(0, 9).trimEnd()} ${line.slice(10)}`.trim())
    .map((line) => line.replaceAll(/[a-z2-7]{8}…/g, "…").replaceAll(/at \d+/g, "at N"))
    .filter((line) => !line.startsWith("dropped"));
}

it("03 lets in who has a token, and is nobody to anybody else", async () => {
  const lines = await linesOf("03-require-a-token");
  const bob = lines.slice(0, lines.indexOf("carol is …, and calls"));
  const carol = lines.slice(bob.length, lines.indexOf("mallory is …, and calls"));
  const mallory = lines.slice(bob.length + carol.length);
  expect(bob.slice(0, 3)).toEqual([
    "bob is …, and calls",
    "handshake call of a stranger, …, at N: link",
    "waits for more of …, without a word",
  ]);
  expect(bob).toContain("accepts …");
  expect(bob.at(-1)).toBe("bob was let in");
  expect(carol).toContain("waits for more of …, without a word");
  expect(mallory.at(-1)).toMatch(/^refuses …: unexpected "sub" claim value$/);
  for (const others of [carol, mallory]) {
    expect(others.filter((line) => /^(up|accepts)|was let in/.test(line))).toEqual([]);
  }
});

it("04 shows what is paid, and lets in who pays enough", async () => {
  const lines = await linesOf("04-show-a-payment");
  const [, address] = /^host asks for 50000 sat to (tb1p\w+)$/.exec(lines[0] ?? "") ?? [];
  const bob = lines.slice(0, lines.indexOf("carol is …, and calls"));
  const carol = lines.slice(bob.length, lines.indexOf("mallory is …, and calls"));
  const mallory = lines.slice(bob.length + carol.length);
  expect(bob).toEqual(
    expect.arrayContaining([`pays 50000 sat to ${address}`, "fee 300 sat", "accepts …: 50000 of 50000 sat are for us"]),
  );
  expect(bob.some((line) => /^pays 24700 sat to tb1p/.test(line))).toBe(true);
  expect(bob.at(-1)).toBe("bob was let in");
  expect(carol).toContain("fee not known: 1 of its inputs are not");
  expect(carol.at(-1)).toBe("refuses …: 10000 of 50000 sat are for us");
  expect(mallory.at(-1)).toBe("refuses …: that is no transaction");
  for (const others of [carol, mallory]) expect(others.some((line) => /was let in/.test(line))).toBe(false);
});
