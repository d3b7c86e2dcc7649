import {
  checkLabel,
  decodeBase64url,
  decodeHex,
  decodeLabel,
  decodeUtf8,
  encodeBase64url,
  encodeHex,
  formatUuid,
  parseUuid,
  utf8,
  uuidFromRandom,
  type WireCode,
} from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { bytes, refusal, usage, wrongLength } from "./expectations.ts";

describe("base64url", () => {
  // RFC 4648, section 10, without padding; the last two differ from base64 in both special characters.
  it.each([
    ["", ""],
    ["f", "Zg"],
    ["fo", "Zm8"],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg"],
    ["fooba", "Zm9vYmE"],
    ["foobar", "Zm9vYmFy"],
  ])("writes %j as %j and reads it back", (plain, text) => {
    expect(encodeBase64url(utf8(plain))).toBe(text);
    expect(decodeBase64url(text)).toEqual({ ok: true, value: utf8(plain) });
  });

  it("uses the URL's alphabet", () => {
    expect(encodeBase64url(bytes(0xfb, 0xff, 0xbf))).toBe("-_-_");
  });

  it.each([
    ["A", "wire.truncated"],
    ["AAAAA", "wire.truncated"],
    ["Zg==", "wire.malformed"],
    ["Zm8=", "wire.malformed"],
    ["Zm9v\n", "wire.truncated"],
    [" Zm9", "wire.malformed"],
    ["+_-_", "wire.malformed"],
    ["/_-_", "wire.malformed"],
    ["Zm9\u00e9", "wire.malformed"],
    ["Zm9\u0100", "wire.malformed"],
    ["Zh", "wire.non-canonical"],
    ["Zm9", "wire.non-canonical"],
    ["Zm9vYh", "wire.non-canonical"],
  ] as const)("refuses %j", (text, code) => {
    expect(decodeBase64url(text)).toEqual(refusal(code));
  });
});

describe("hexadecimal", () => {
  it("is lower case", () => {
    expect(encodeHex(bytes(0x00, 0x0a, 0xff))).toBe("000aff");
    expect(decodeHex("000aff")).toEqual({ ok: true, value: bytes(0x00, 0x0a, 0xff) });
  });

  it.each([
    ["0", "wire.truncated"],
    ["0A", "wire.non-canonical"],
    ["0g", "wire.malformed"],
    [" 0", "wire.malformed"],
    ["0x", "wire.malformed"],
    ["00\n0", "wire.malformed"],
  ] as const)("refuses %j", (text, code) => {
    expect(decodeHex(text)).toEqual(refusal(code));
  });
});

describe("UUIDs", () => {
  const text = "123e4567-e89b-12d3-a456-426614174000";

  it("are written in groups and read back", () => {
    const parsed = parseUuid(text);
    expect(parsed).toMatchObject({ ok: true });
    if (parsed.ok) expect(formatUuid(parsed.value)).toBe(text);
  });

  it.each([
    text.toUpperCase(),
    `{${text}}`,
    `urn:uuid:${text}`,
    text.replaceAll("-", ""),
    `${text}\n`,
    text.slice(1),
    `${text}0`,
    text.replace("e89b-", "-e89b"),
    "",
  ])("are refused in any other form: %j", (other) => {
    expect(parseUuid(other)).toEqual(refusal("wire.malformed"));
  });

  it("of version 4 keep all random bits but version and variant", () => {
    expect(formatUuid(uuidFromRandom(new Uint8Array(16)))).toBe("00000000-0000-4000-8000-000000000000");
    const random = new Uint8Array(16).fill(0xff);
    expect(formatUuid(uuidFromRandom(random))).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
    expect(random).toEqual(new Uint8Array(16).fill(0xff));
  });

  it.each([15, 17])("are not made of %i bytes", (length) => {
    expect(() => formatUuid(new Uint8Array(length))).toThrow(wrongLength);
    expect(() => uuidFromRandom(new Uint8Array(length))).toThrow(wrongLength);
  });
});

describe("UTF-8", () => {
  it("keeps a byte order mark", () => {
    expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x41))).toEqual({ ok: true, value: "\ufeffA" });
  });

  it("is not written for half a character", () => {
    expect(() => utf8("a\ud800")).toThrow(usage("usage.malformed-text"));
  });

  it.each([
    ["a continuation without a start", [0x80]],
    ["a start without a continuation", [0xc3]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a number above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a byte that does not exist", [0xff]],
  ])("refuses %s", (_, values) => {
    expect(decodeUtf8(bytes(...values))).toEqual(refusal("wire.malformed"));
  });
});

describe("labels", () => {
  it.each(["a", "alice", "Alice's laptop", "Ünal", "アリス", "Алиса 2", "🦊", "x".repeat(64), "ü".repeat(32)])(
    "may be %j",
    (label) => {
      expect(checkLabel(label)).toEqual({ ok: true, value: label });
      expect(decodeLabel(utf8(label))).toEqual({ ok: true, value: label });
    },
  );

  it.each<[string, WireCode, string]>([
    ["", "wire.malformed", "nothing"],
    [" ", "wire.malformed", "only a space"],
    [" alice", "wire.malformed", "a space in front"],
    ["alice\u3000", "wire.malformed", "a wide space behind"],
    ["al  ice", "wire.malformed", "two spaces"],
    ["al\u00a0ice", "wire.malformed", "a no-break space"],
    ["al\u2003ice", "wire.malformed", "an em space"],
    ["x".repeat(65), "wire.too-long", "65 bytes"],
    ["ü".repeat(33), "wire.too-long", "66 bytes in 33 characters"],
    ["u\u0308nal", "wire.non-canonical", "a letter that is not in NFC"],
    ["\u212b", "wire.non-canonical", "a sign whose NFC is a letter"],
    ["al\nice", "wire.malformed", "a new line"],
    ["al\u0000ice", "wire.malformed", "a NUL"],
    ["al\u001b[31mice", "wire.malformed", "a terminal's escape"],
    ["al\u0085ice", "wire.malformed", "a C1 control"],
    ["al\u202eice", "wire.malformed", "a right-to-left override"],
    ["al\u2066ice", "wire.malformed", "an isolate"],
    ["al\u200fice", "wire.malformed", "a right-to-left mark"],
    ["al\u200bice", "wire.malformed", "a space of no width"],
    ["al\u00adice", "wire.malformed", "a soft hyphen"],
    ["al\ufeffice", "wire.malformed", "a byte order mark"],
    ["al\u2028ice", "wire.malformed", "a line separator"],
    ["al\u2029ice", "wire.malformed", "a paragraph separator"],
    ["al\u034fice", "wire.malformed", "a combining grapheme joiner"],
    ["al\u3164ice", "wire.malformed", "a Hangul filler"],
    ["al\ufe0fice", "wire.malformed", "a variation selector"],
    ["al\u2800ice", "wire.malformed", "an empty braille cell"],
    ["al\ue000ice", "wire.malformed", "a private character"],
    ["al\u{e0061}ice", "wire.malformed", "a tag character"],
    ["al\uffffice", "wire.malformed", "a character that does not exist"],
    ["al\ud800ice", "wire.malformed", "half a character"],
  ])("may not be %j (%s): %s", (label, code) => {
    expect(checkLabel(label)).toEqual(refusal(code));
    if (label.isWellFormed()) expect(decodeLabel(utf8(label))).toEqual(refusal(code));
  });

  it("are refused by their length before anything is decoded", () => {
    expect(decodeLabel(new Uint8Array(65).fill(0xff))).toEqual(refusal("wire.too-long"));
    expect(decodeLabel(bytes(0xff))).toEqual(refusal("wire.malformed"));
  });
});
