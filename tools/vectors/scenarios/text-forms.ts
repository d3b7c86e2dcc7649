import { hex } from "../protocol/bytes.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";

type Refused = readonly (readonly [text: string, code: string, why: string])[];

function forms(
  name: string,
  title: string,
  accepted: readonly { readonly [key: string]: string }[],
  refused: Refused,
): Scenario {
  return {
    name: `wire-${name}`,
    format: "codec",
    title,
    spec: ["0002, section 6"],
    content: { codec: name, accepted, refused: refused.map(([text, code, why]) => ({ text, code, why })) },
  };
}

/** Text forms of bytes, and labels. */
export function textForms(): readonly Scenario[] {
  const bytes = [0, 1, 2, 3, 32].map((length) => Buffer.from(fixedRandom("codec/base64url", length)));
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  return [
    forms(
      "base64url",
      "base64url without padding",
      [...bytes, all].map((each) => ({ text: each.toString("base64url"), bytes: hex(each) })),
      [
        ["A", "wire.truncated", "a length that does not exist"],
        ["AAAAA", "wire.truncated", "a length that does not exist"],
        ["AA==", "wire.malformed", "padding characters"],
        ["A+/A", "wire.malformed", "the other alphabet"],
        ["AA A", "wire.malformed", "a space"],
        ["AA\n", "wire.malformed", "a line feed"],
        ["AAé", "wire.malformed", "a character above ASCII"],
        ["AB", "wire.non-canonical", "bits behind the last byte"],
        ["AAB", "wire.non-canonical", "bits behind the last byte"],
      ],
    ),
    forms(
      "hex",
      "hexadecimal",
      [...bytes, all].map((each) => ({ text: each.toString("hex"), bytes: hex(each) })),
      [
        ["0", "wire.truncated", "an odd number of digits"],
        ["0A", "wire.non-canonical", "upper case"],
        ["0g", "wire.malformed", "another character"],
        ["0x00", "wire.malformed", "a prefix"],
      ],
    ),
    forms(
      "uuid",
      "UUIDs",
      [
        { text: "00010203-0405-0607-0809-0a0b0c0d0e0f", bytes: "000102030405060708090a0b0c0d0e0f" },
        { text: "ffffffff-ffff-ffff-ffff-ffffffffffff", bytes: "ff".repeat(16) },
      ],
      [
        ["00010203-0405-0607-0809-0A0B0C0D0E0F", "wire.malformed", "upper case"],
        ["000102030405060708090a0b0c0d0e0f", "wire.malformed", "no hyphens"],
        ["{00010203-0405-0607-0809-0a0b0c0d0e0f}", "wire.malformed", "braces"],
        ["00010203-0405-0607-0809-0a0b0c0d0e0", "wire.malformed", "a digit is missing"],
      ],
    ),
    forms(
      "label",
      "labels",
      [
        "a",
        "alice",
        "Zoë",
        "Bob's phone (2)",
        "Ωμέγα",
        "山田 太郎",
        "\u{1f511} key",
        "x".repeat(64),
        "é".repeat(32),
      ].map((text) => ({ text })),
      [
        ["", "wire.malformed", "empty"],
        [" alice", "wire.malformed", "a space in front"],
        ["alice ", "wire.malformed", "a space behind"],
        ["al  ice", "wire.malformed", "two spaces"],
        ["al\u00a0ice", "wire.malformed", "a no-break space"],
        ["al\u3000ice", "wire.malformed", "an ideographic space"],
        ["Zoe\u0308", "wire.non-canonical", "not in NFC"],
        ["x".repeat(65), "wire.too-long", "65 bytes"],
        [`${"é".repeat(32)}x`, "wire.too-long", "65 bytes of UTF-8"],
        ["al\u202eice", "wire.malformed", "a bidirectional mark"],
        ["al\u200dice", "wire.malformed", "a joiner"],
        ["al\u00adice", "wire.malformed", "a soft hyphen"],
        ["al\u0000ice", "wire.malformed", "a control character"],
        ["al\nice", "wire.malformed", "a line feed"],
        ["al\u2028ice", "wire.malformed", "a line separator"],
        ["al\ue000ice", "wire.malformed", "a private-use character"],
        ["al\u{2fe0}ice", "wire.malformed", "an unassigned code point"],
        ["al\u3164ice", "wire.malformed", "a filler"],
        ["al\ufe0fice", "wire.malformed", "a variation selector"],
        ["al\u2800ice", "wire.malformed", "an empty braille cell"],
      ],
    ),
  ];
}
