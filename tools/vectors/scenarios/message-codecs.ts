import { describe, type Json } from "../describe.ts";
import { concat, hex, text, u8, u16 } from "../protocol/bytes.ts";
import { lob, message, padPayload } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { codec, MAX, none, zero } from "./codec.ts";

function payloads(): Scenario {
  const good = (length: number) => {
    const content = fixedRandom("codec/payload", length);
    return describe({ bytes: padPayload(content), message: content });
  };
  const padded = padPayload(text("message"));
  return codec("payload", {
    title: "padded handshake payloads",
    section: "0002, section 4",
    accepted: [good(0), good(1), good(254), good(255), good(1_022)],
    refused: [
      [none, "wire.truncated", "no length"],
      [zero, "wire.truncated", "half a length"],
      [concat(u16(3), text("me")), "wire.truncated", "shorter than its message"],
      [
        [
          [u16(1_023), 1],
          [zero, 1_022],
        ],
        "wire.too-long",
        "a message of 1,023 bytes",
      ],
      [padded.slice(0, -1), "wire.padding", "255 bytes"],
      [concat(padded, zero), "wire.padding", "257 bytes"],
      [concat(padded, new Uint8Array(768)), "wire.padding", "1,024 bytes where 256 are enough"],
      [concat(padded.slice(0, -1), u8(1)), "wire.padding", "padding that is not zero"],
    ],
  });
}

function messages(): Scenario {
  const raw = (head: string, body = none) => lob(text(head), body);
  const good = (head: string, other: { readonly [key: string]: Json }, body = none) =>
    ({ bytes: hex(raw(head, body)), type: "x", at: "1", head: other, body: hex(body) }) as const;
  const nested = (depth: number) => `{"type":"x","at":"1","k":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  return codec("handshake-message", {
    title: "handshake messages and the only form of their JSON",
    section: "0002, section 5",
    accepted: [
      good('{"type":"x","at":"1"}', {}),
      good('{"type":"x","at":"1"}', {}, text("body")),
      good('{"type":"x","at":"1","next":"0","k":[1,-1,0.5,1e+21,true,false,null]}', {
        next: "0",
        k: [1, -1, 0.5, 1e21, true, false, null],
      }),
      good(String.raw`{"type":"x","at":"1","k":"\"\\\b\t\n\f\r\u0001/\\ud800"}`, { k: '"\\\b\t\n\f\r\u0001/\\ud800' }),
      good('{"type":"x","at":"1","k":"\u007f\u2028\u{1f511}é"}', { k: "\u007f\u2028\u{1f511}é" }),
      describe({
        bytes: message(
          [
            ["type", "link"],
            ["at", `${MAX}`],
            ["next", "3"],
          ],
          none,
        ),
        type: "link",
        at: MAX,
        head: { next: "3" },
        body: none,
      }),
    ],
    refused: [
      [concat(u16(9), text('{"type"')), "wire.truncated", "a head that is longer than the packet"],
      [raw(""), "wire.malformed", "no head"],
      [lob(Uint8Array.of(0x7b, 0xff, 0x7d), none), "wire.malformed", "not UTF-8"],
      [
        lob(concat(Uint8Array.of(0xef, 0xbb, 0xbf), text('{"type":"x","at":"1"}')), none),
        "wire.malformed",
        "a byte order mark",
      ],
      [raw("[]"), "wire.malformed", "not an object"],
      [raw('{"type":"x","at":"1"'), "wire.malformed", "not JSON"],
      [raw(nested(32)), "wire.too-long", "a depth of 33"],
      [raw('{"type":"x", "at":"1"}'), "wire.non-canonical", "white space"],
      [raw('{"type":"x","at":"1"}\n'), "wire.non-canonical", "a line feed behind the end"],
      [raw('{"type":"x","at":"1","at":"1"}'), "wire.non-canonical", "a key twice"],
      [raw('{"type":"x","at":"1","k":"\\u0041"}'), "wire.non-canonical", "a needless escape"],
      [raw('{"type":"x","at":"1","k":"\\/"}'), "wire.non-canonical", "an escaped slash"],
      [raw('{"type":"x","at":"1","k":"\\u000A"}'), "wire.non-canonical", "an escape in upper case"],
      [raw('{"type":"x","at":"1","k":1.0}'), "wire.non-canonical", "a number in a longer form"],
      [raw('{"type":"x","at":"1","k":-0}'), "wire.non-canonical", "minus zero"],
      [raw('{"type":"x","at":"1","k":9007199254740993}'), "wire.non-canonical", "an integer that a double cannot hold"],
      [raw('{"type":"x","at":"1","7":""}'), "wire.non-canonical", "a key that is a number and does not come first"],
      [raw('{"type":"x","at":"1","k":"\\ud800"}'), "wire.malformed", "a lone surrogate"],
      [raw('{"at":"1","type":"x"}'), "wire.non-canonical", "at before type"],
      [raw('{"type":"x"}'), "wire.non-canonical", "no at"],
      [raw('{"type":"","at":"1"}'), "wire.malformed", "an empty type"],
      [raw('{"type":7,"at":"1"}'), "wire.malformed", "a type that is a number"],
      [raw('{"type":"x","at":1}'), "wire.malformed", "an at that is a number"],
      [raw('{"type":"x","at":"01"}'), "wire.malformed", "an at with a leading zero"],
      [raw(`{"type":"x","at":"${MAX + 1n}"}`), "wire.out-of-range", "an at above 64 bits"],
    ],
  });
}

/** What handshakes carry. */
export function messageCodecs(): readonly Scenario[] {
  return [payloads(), messages()];
}
