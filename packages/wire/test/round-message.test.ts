import { decodeRoundMessage, encodeRoundMessage, ROUND_MESSAGE_HEAD } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { bytes, outOfRange, refusal, wrongLength } from "./expectations.ts";

const message = {
  group: new Uint8Array(16).fill(0x11),
  session: new Uint8Array(16).fill(0x22),
  round: 0x0102,
  from: 0x0304,
  to: 0,
  bytes: bytes(9, 8),
};

describe("a round message", () => {
  it("is group, session, round, from, to and its bytes", () => {
    const encoded = encodeRoundMessage(message);
    expect(encoded).toEqual(bytes(...message.group, ...message.session, 1, 2, 3, 4, 0, 0, 9, 8));
    expect(decodeRoundMessage(encoded)).toEqual({ ok: true, value: message });
  });

  it("may be empty, but not without its head", () => {
    const empty = { ...message, round: 65_535, from: 65_535, to: 65_535, bytes: bytes() };
    const encoded = encodeRoundMessage(empty);
    expect(encoded).toHaveLength(ROUND_MESSAGE_HEAD);
    expect(decodeRoundMessage(encoded)).toEqual({ ok: true, value: empty });
    expect(decodeRoundMessage(encoded.subarray(0, -1))).toEqual(refusal("wire.truncated"));
    expect(decodeRoundMessage(bytes())).toEqual(refusal("wire.truncated"));
  });

  it("is not written with an id of another length or a number above two bytes", () => {
    for (const length of [0, 15, 17]) {
      expect(() => encodeRoundMessage({ ...message, group: new Uint8Array(length) })).toThrow(wrongLength);
      expect(() => encodeRoundMessage({ ...message, session: new Uint8Array(length) })).toThrow(wrongLength);
    }
    for (const field of ["round", "from", "to"] as const) {
      for (const value of [-1, 65_536, 0.5]) {
        expect(() => encodeRoundMessage({ ...message, [field]: value })).toThrow(outOfRange);
      }
    }
  });
});
