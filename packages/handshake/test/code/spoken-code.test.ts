import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatLink, makeCode, parseCode } from "../../src/code/spoken-code.ts";
import { evenWords, oddWords } from "../../src/pgp-words.ts";
import { sayBytes, wordFits, wordsLike } from "../../src/spoken-words.ts";

const GOOD = "7-revenge-guitarist-revenge-guitarist";
const secret = "revenge-guitarist-revenge-guitarist";
const reasonOf = (text: string) => {
  const parsed = parseCode(text);
  return parsed.ok ? "ok" : parsed.reason;
};

describe("the word list", () => {
  test("has 256 different words for each parity, none of them in both, all of them a to z", () => {
    expect(new Set(evenWords).size).toBe(256);
    expect(new Set(oddWords).size).toBe(256);
    expect(evenWords.filter((word) => oddWords.includes(word))).toEqual([]);
    expect([...evenWords, ...oddWords].filter((word) => !/^[a-z]+$/.test(word))).toEqual([]);
  });

  test("says bytes by position", () => {
    expect(sayBytes(Uint8Array.of(0, 0, 255, 255))).toBe("aardvark-adroitness-zulu-yucatan");
    expect([wordFits("zulu", 0), wordFits("zulu", 1), wordFits("yucatan", 1)]).toEqual([true, false, true]);
    expect(wordsLike("aar", 0)).toEqual(["aardvark"]);
  });
});

describe("a code that is made", () => {
  test("is read back, whatever its length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 16 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (words, random) => {
        const made = makeCode((length) => random.slice(0, length), words);
        expect(made.split("-")).toHaveLength(words);
        expect(parseCode(`42-${made}`)).toEqual({ ok: true, code: { nameplate: "42", secret: made } });
      }),
    );
  });

  test("never has fewer than four words or more than sixteen", () => {
    const bytes = (length: number) => new Uint8Array(length);
    expect(makeCode(bytes, 1).split("-")).toHaveLength(4);
    expect(makeCode(bytes, 99).split("-")).toHaveLength(16);
  });
});

describe("what people type", () => {
  test.each([
    GOOD,
    ` ${GOOD} \n`,
    GOOD.toUpperCase(),
    GOOD.replaceAll("-", " "),
    GOOD.replaceAll("-", " - "),
    GOOD.replaceAll("-", "–"),
    GOOD.replaceAll("-", "\u00a0"),
    GOOD.replaceAll("-", "_"),
    "７-revenge-guitarist-revenge-guitarist",
    `--${GOOD}--`,
  ])("%j is understood", (text) => {
    expect(parseCode(text)).toEqual({ ok: true, code: { nameplate: "7", secret } });
  });

  test.each([
    ["", "empty"],
    [" - ", "empty"],
    ["revenge-guitarist-revenge-guitarist", "no-nameplate"],
    ["revenge-guitarist-revenge-guitarist-revenge", "looks-like-sas"],
    ["458358", "looks-like-sas"],
    ["7", "too-few-words"],
    ["7-revenge-guitarist-revenge", "too-few-words"],
    ["7-guitarist-revenge-guitarist-revenge", "wrong-order"],
    ["7-revenge-revenge-guitarist-revenge", "wrong-order"],
    ["7-revenge-guitarist-revange-guitarist", "unknown-word"],
    ["07-revenge-guitarist-revenge-guitarist", "no-nameplate"],
    ["1234567-revenge-guitarist-revenge-guitarist", "no-nameplate"],
    [`7${"-revenge-guitarist".repeat(9)}`, "too-many-words"],
    ["https://relay.example/", "malformed-link"],
    ["ftp://relay.example/#7-revenge-guitarist-revenge-guitarist", "malformed-link"],
    ["https://relay.example/#7-revenge", "too-few-words"],
  ])("%j is refused as %s", (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test("a mistyped word comes with words that begin alike", () => {
    const parsed = parseCode("7-revenge-guitarist-revange-guitarist");
    expect(parsed).toMatchObject({ ok: false, suggestions: ["revenge"] });
  });

  test("a detail never repeats more than the word that was not understood", () => {
    const parsed = parseCode("7-revenge-guitarist-revange-guitarist");
    expect(parsed.ok ? "" : parsed.detail).toBe('"revange" is not a word of a code.');
  });

  test("10,000 arbitrary texts: nothing throws, and only well-formed codes are taken", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.string().map((s) => `7-${s}`),
        ),
        (text) => {
          const parsed = parseCode(text);
          if (parsed.ok) expect(parsed.code.secret.split("-").every((word, i) => wordFits(word, i))).toBe(true);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

describe("links", () => {
  test("carry the relay, and words or 128 bits", () => {
    const hex = "00112233445566778899aabbccddeeff";
    expect(parseCode(`https://relay.example/#7-${hex}`)).toEqual({
      ok: true,
      code: { nameplate: "7", secret: hex, relay: "wss://relay.example" },
    });
    expect(parseCode(`http://127.0.0.1:8765/#${GOOD}`)).toEqual({
      ok: true,
      code: { nameplate: "7", secret, relay: "ws://127.0.0.1:8765" },
    });
  });

  test("are what formatLink writes", () => {
    for (const relay of ["ws://127.0.0.1:8765", "wss://relay.example"]) {
      expect(parseCode(formatLink(relay, GOOD))).toEqual({ ok: true, code: { nameplate: "7", secret, relay } });
      expect(formatLink(`${relay}/`, GOOD)).toBe(formatLink(relay, GOOD));
    }
  });
});
