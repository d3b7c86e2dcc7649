import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { wordsLike } from "@countersign/handshake";
import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { sayBytesCount, sayDuration } from "../src/screens/amounts.ts";
import { LineReader } from "../src/screens/line-reader.ts";
import { qrLines } from "../src/screens/qr.ts";
import { sasLines, sasQuestion } from "../src/screens/sas-lines.ts";
import type { Question, Screen } from "../src/screens/screen.ts";
import { percent } from "../src/screens/sentences.ts";
import { askYesNo } from "../src/screens/yes-no.ts";

const never = new AbortController().signal;

function reader(text?: string): { readonly input: PassThrough; readonly lines: LineReader } {
  const input = new PassThrough();
  if (text !== undefined) input.end(text);
  return { input, lines: new LineReader(input) };
}

describe("answers by line", () => {
  it("are read one by one, the last one without an end of line too", async () => {
    const { lines } = reader("yes\r\nno\nlast");
    expect(await lines.next(never)).toBe("yes");
    expect(await lines.next(never)).toBe("no");
    expect(await lines.next(never)).toBe("last");
    expect(await lines.next(never)).toBeUndefined();
    expect(await lines.next(never)).toBeUndefined();
  });

  it("are not waited for any longer when it is over", async () => {
    const { lines } = reader();
    const over = new AbortController();
    const answer = lines.next(over.signal);
    over.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
  });
});

describe("yes or no", () => {
  const answering = (answer: string | undefined, seen: Question[] = []): Screen => ({
    interactive: false,
    show: () => undefined,
    ask: async (question) => {
      seen.push(question);
      return answer;
    },
    askSecret: async () => undefined,
    close: () => undefined,
  });
  const question = { about: "sas", text: "?" } as const;

  it.each([
    ["y", true],
    ["YES", true],
    [" yes ", true],
    ["n", false],
    ["No", false],
    [undefined, false],
  ])("%j means %s", async (answer, meaning) => {
    expect(await askYesNo(answering(answer), question, never)).toBe(meaning);
  });

  it.each(["", " ", "j", "ok", "yess", "1", "toString"])("%j is no answer", async (answer) => {
    const seen: Question[] = [];
    await askYesNo(answering("yes", seen), question, never);
    expect(seen[0]?.check(answer)).toContain("yes");
  });
});

describe("the words to compare", () => {
  const longest = (position: number) => [...wordsLike("", position)].sort((a, b) => b.length - a.length)[0] ?? "";
  const words = [0, 1, 2, 3, 4].map(longest).join("-");
  const parties = [
    { number: 1, label: "alice (sender)", self: true },
    { number: 2, label: "bob (receiver)", self: false },
  ];
  const sas = { event: "sas", words, digits: "012345", parties, threshold: 2, verified: false } as const;

  it("fit into a box of 80 columns even when they are the longest", () => {
    const lines = sasLines(sas).map(stripVTControlCharacters);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(74);
    for (const word of words.split("-")) expect(lines.join("\n")).toContain(word);
    expect(lines.join("\n")).toContain("012 345");
    expect(lines.join("\n")).toMatch(/2 parties.*\n.*alice \(sender\) {2}\(you\)\n.*bob \(receiver\)\n/);
  });

  it("are asked about by the label of the other, whom one has to hear", () => {
    const question = sasQuestion(parties, "send");
    expect(question).toContain("Did you hear bob (receiver) say exactly these five words?");
    expect(question).not.toContain("alice");
    const three = [...parties, { number: 3, label: "carol", self: false }];
    expect(sasQuestion(three, "send")).toContain("bob (receiver) and carol");
  });

  it("are read by the receiver first, so that two polite people do not wait for each other", () => {
    expect(sasQuestion(parties, "send")).toMatch(/^Ask bob \(receiver\) to read .* to you.*; then read yours\.\n/);
    expect(sasQuestion(parties, "receive")).toMatch(/^Read these .* to bob \(receiver\).*; then have them read/);
  });
});

describe("a QR code in half blocks", () => {
  it.each([true, false])("is read back (dark ink: %s)", (dark) => {
    const link = "https://relay.example/#123456-stagnate-paragraph-drumbeat-chambermaid";
    const lines = qrLines(link, dark);
    const modules = lines.flatMap((line) => [
      [...line].map((c) => (c === "█" || c === "▀") === dark),
      [...line].map((c) => (c === "█" || c === "▄") === dark),
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(decodeQR(image(modules))).toBe(link);
  });

  /** Draws modules as a grey picture of four pixels each, light around it. */
  function image(modules: readonly (readonly boolean[])[]) {
    const [scale, margin] = [4, 4];
    const width = ((modules[0]?.length ?? 0) + 2 * margin) * scale;
    const height = (modules.length + 2 * margin) * scale;
    const data = new Uint8Array(width * height * 4).fill(255);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const module = modules[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin];
        if (module === true) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      }
    }
    return { width, height, data };
  }
});

describe("amounts", () => {
  it("are said for people", () => {
    expect([0, 512, 1536, 64 * 1024 * 1024].map(sayBytesCount)).toEqual(["0 B", "512 B", "1.5 KiB", "64 MiB"]);
    expect([1, 60, 600, 7200].map(sayDuration)).toEqual(["1 second", "60 seconds", "10 minutes", "2 hours"]);
    expect([percent(0, 0), percent(1, 3), percent(3, 3)]).toEqual(["100 %", "33 %", "100 %"]);
  });
});
