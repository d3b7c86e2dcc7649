import {
  decodeBase32,
  encodeBase32,
  type HashnamePart,
  highestCommonCsid,
  intermediateOf,
  parseHashname,
  rollUp,
} from "@countersign/handshake/e3x";
import { encodeHex } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unhex } from "../support/shared-vectors.ts";

const base32 = (text: string) => {
  const decoded = decodeBase32(text);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value;
};
const nameOf = (parts: readonly HashnamePart[]) => {
  const name = rollUp(parts);
  return name.ok ? encodeBase32(name.value) : name.code;
};

describe("base32", () => {
  test.each([
    ["", ""],
    ["66", "my"],
    ["666f", "mzxq"],
    ["666f6f", "mzxw6"],
    ["666f6f62", "mzxw6yq"],
    ["666f6f6261", "mzxw6ytb"],
    ["666f6f626172", "mzxw6ytboi"],
    ["ff00ff00ff", "74ap6ah7"],
  ])("%s is %s", (hex, text) => {
    expect(encodeBase32(unhex(hex))).toBe(text);
    expect(encodeHex(base32(text))).toBe(hex);
  });

  test.each([
    ["upper case", "MZXW6YTB", "wire.non-canonical"],
    ["padding", "my======", "wire.malformed"],
    ["a digit that is none", "mzxw6yt1", "wire.malformed"],
    ["a space", "mzxw6yt ", "wire.malformed"],
    ["one character", "m", "wire.truncated"],
    ["three characters", "mzx", "wire.truncated"],
    ["six characters", "mzxw6y", "wire.truncated"],
    ["bits behind the last byte", "mz", "wire.non-canonical"],
    ["letters that become longer in upper case", "ßßßß", "wire.malformed"],
  ])("is refused: %s", (_, text, code) => {
    expect(decodeBase32(text)).toMatchObject({ ok: false, code });
  });

  test("10,000 texts: never throws, and what is read has one form", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abcxyz234567A=0 "), maxLength: 24 });
    const lower = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(letters, lower, fc.string({ unit: "binary" })), fc.uint8Array(), (text, bytes) => {
        const decoded = decodeBase32(text);
        if (decoded.ok) expect(encodeBase32(decoded.value)).toBe(text);
        expect(decodeBase32(encodeBase32(bytes))).toEqual({ ok: true, value: bytes });
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("hashnames", () => {
  const key1a = { csid: 0x1a, key: base32("vgjz3yjb6cevxjomdleilmzasbj6lcc7") };
  const key3a = { csid: 0x3a, key: base32("hp6yglmmqwcbw5hno37uauh6fn6dx5oj7s5vtapaifrur2jv6zha") };

  test("telehash's own examples", () => {
    const both = "jvdoio6kjvf3yqnxfvck43twaibbg4pmb7y3mqnvxafb26rqllwa";
    expect(nameOf([key1a, key3a])).toBe(both);
    expect(nameOf([key3a, key1a])).toBe(both);
    expect(nameOf([key1a])).toBe("echmb6eke2f6z2mqdwifrt6i6hkkfua7hiisgrms6pwttd6jubiq");
    const hex = unhex("3bfd832d8c85841b74ed76ff4050fe2b7c3bf5c9fcbb5981e0416348e935f64e");
    expect(nameOf([{ csid: 0x3a, key: hex }])).toBe("nzf4f6j7ylv53z3m4egrwltv2t2yks4rtpaimeg3avwqsoshqxba");
  });

  test("intermediates stand for the keys", () => {
    const intermediate = (part: { key: Uint8Array }) => encodeBase32(intermediateOf(part.key));
    expect(intermediate(key1a)).toBe("ym7p66flpzyncnwkzxv2qk5dtosgnnstgfhw6xj2wvbvm7oz5oaq");
    expect(intermediate(key3a)).toBe("bmxelsxgecormqjlnati6chxqua7wzipxliw5le35ifwxlge2zva");
    const from1a = { csid: 0x1a, intermediate: intermediateOf(key1a.key) };
    expect(nameOf([from1a, key3a])).toBe(nameOf([key1a, key3a]));
  });

  test("what a peer could send wrongly is refused", () => {
    const of = (csid: number) => ({ csid, key: new Uint8Array(32) });
    expect(nameOf([])).toBe("wire.truncated");
    for (const csid of [0, -1, 256, 1.5, Number.NaN]) expect(nameOf([of(csid)])).toBe("wire.out-of-range");
    expect(nameOf([of(1), of(2), of(1)])).toBe("wire.non-canonical");
    expect(nameOf([{ csid: 1, intermediate: new Uint8Array(31) }])).toBe("wire.malformed");
    expect(nameOf([of(1), of(255)])).toHaveLength(52);
  });

  test("a name is 52 characters", () => {
    const name = nameOf([key1a]);
    expect(parseHashname(name)).toMatchObject({ ok: true, value: { length: 32 } });
    expect(parseHashname(name.slice(0, 50))).toMatchObject({ ok: false, code: "wire.non-canonical" });
    expect(parseHashname(encodeBase32(new Uint8Array(31)))).toMatchObject({ ok: false, code: "wire.malformed" });
    expect(parseHashname(encodeBase32(new Uint8Array(33)))).toMatchObject({ ok: false, code: "wire.malformed" });
  });

  test("the highest CSID of both is used", () => {
    expect(highestCommonCsid([0x1a, 0x2a, 0x3a], [0x1a, 0x2a])).toBe(0x2a);
    expect(highestCommonCsid([0x3a], [0x1a])).toBeUndefined();
    expect(highestCommonCsid([], [])).toBeUndefined();
  });
});
