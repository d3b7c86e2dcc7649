import { afterEach, describe, expect, it, vi } from "vitest";
import { JsonScreen } from "../src/screens/json-screen.ts";
import { LinesScreen } from "../src/screens/lines-screen.ts";
import type { Screen, ScreenEvent } from "../src/screens/screen.ts";
import { spellOut, spellOutLines } from "../src/screens/spell-out.ts";
import { TerminalScreen } from "../src/screens/terminal-screen.ts";

// Clears the screen, begins a sequence with the one-character form of it, and reorders what stands behind.
const evil = "a\u001b[2J\u009b1A\u202eb\u{e0001}";
const sha256 = "ab".repeat(32);
const party = { number: 1, label: evil, self: false };
const progress = { ...party, online: true, verified: true, round: 1, waited: true };
const verified = {
  event: "record-verified",
  kind: evil,
  confirmation: evil,
  threshold: 2,
  protocol: evil,
  rounds: 3,
  outcome: evil,
  head: evil,
} as const;
const events: readonly ScreenEvent[] = [
  { event: "code", code: "1-a", link: "https://relay.example/#1-a", command: evil, life_seconds: 60, joiners: 1 },
  { event: "waiting", relay: evil, for: evil },
  { event: "sas", words: evil, digits: evil, parties: [party], threshold: 2, verified: false },
  { event: "peer-confirmed", label: evil },
  { event: "confirmed", peer: evil, verified: false },
  { event: "confirmed", peer: evil, verified: true },
  { event: "contact-kept", label: evil, sealed: true },
  { event: "offer", direction: "in", peer: evil, name: evil, size: 1, sha256, media: evil },
  { event: "peer-offline", label: evil, grace_seconds: 1 },
  { event: "missing", step: "words", labels: [evil] },
  { event: "gathered", parties: [party], verified: true },
  { event: "ceremony", about: evil, round: 1, rounds: 2, name: evil, parties: [progress] },
  { event: "late", round: 1, name: evil, missing: [evil] },
  { event: "review", from: evil, kind: evil, lines: [evil], warnings: [evil], digest: evil },
  { event: "key-made", label: evil, id: evil, suite: evil, threshold: 2, parties: [party], public_key: sha256 },
  { event: "signed", file: evil, txid: evil, signature: sha256 },
  { event: "proposed", key: evil, from: evil, kind: evil, name: evil },
  { event: "signed-by-others", key: evil, from: evil, signature: evil },
  { event: "record", file: evil },
  { ...verified, parties: [{ number: 1, label: evil, ed25519: evil }] },
  { event: "backup", label: evil, id: evil, file: evil },
  { event: "restored", label: evil, id: evil },
  { event: "rehearsed", step: evil, ms: 1, asked: evil },
  { event: "check", name: evil, ok: false, found: evil, remedy: evil },
  { event: "notice", text: `${evil}\n${evil}` },
  { event: "error", code: evil, message: evil, exit: 1 },
];

/** What a screen writes to both outputs, without the styles that the program itself puts on. */
function written(open: () => Screen, show: (screen: Screen) => void): string {
  const chunks: string[] = [];
  const keep = (chunk: string | Uint8Array) => chunks.push(String(chunk)) > 0;
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  show(open());
  vi.restoreAllMocks();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a style is
  return chunks.join("").replace(/\u001b\[[0-9;]*m/g, "");
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const screens: readonly (readonly [string, () => Screen])[] = [
  ["plain lines", () => new LinesScreen()],
  ["a terminal", () => new TerminalScreen({ title: "test", qr: false, interrupt: () => undefined })],
  ["JSON", () => new JsonScreen()],
];

describe("what others may have written", () => {
  it.each(screens)("reaches %s spelled out", (_name, open) => {
    for (const event of events) {
      const text = written(open, (screen) => screen.show(event));
      expect(text).toContain("a\\u001b[2J\\u009b1A\\u202eb\\udb40\\udc01");
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
  });

  it("reads back as it was from JSON", () => {
    const event = { event: "notice", text: evil } as const;
    expect(
      JSON.parse(
        written(
          () => new JsonScreen(),
          (screen) => screen.show(event),
        ),
      ),
    ).toEqual(event);
  });

  it("may take several lines only in a sentence", () => {
    expect(spellOutLines("a\nb\r")).toBe("a\nb\\u000d");
    expect(spellOut("a\nb")).toBe("a\\u000ab");
    const label = written(
      () => new LinesScreen(),
      (screen) => screen.show({ event: "peer-confirmed", label: "a\nb" }),
    );
    expect(label).toBe("a\\u000ab says that the words are the same.\n");
  });

  it("is spelled out in questions, too", async () => {
    vi.spyOn(process.stdin, "destroy").mockReturnThis();
    const over = AbortSignal.abort(new Error("over"));
    const question = { about: "sas", text: evil, check: () => undefined } as const;
    const text = written(
      () => new LinesScreen(),
      (screen) => void screen.ask(question, over).catch(() => undefined),
    );
    expect(text).not.toContain("\u001b");
  });

  it("stays as it is in the line for sha256sum, unless a terminal shows it", () => {
    const done: ScreenEvent = { event: "done", file: evil, size: 1, sha256, timings_ms: { total: 1 } };
    const { isTTY } = process.stdout;
    try {
      process.stdout.isTTY = false;
      expect(
        written(
          () => new LinesScreen(),
          (screen) => screen.show(done),
        ),
      ).toContain(`${sha256}  ${evil}\n`);
      process.stdout.isTTY = true;
      expect(
        written(
          () => new LinesScreen(),
          (screen) => screen.show(done),
        ),
      ).not.toContain("\u001b");
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });
});
