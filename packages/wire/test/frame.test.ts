import {
  CloseReason,
  decodeAck,
  decodeClose,
  decodeFrame,
  decodeNumbered,
  decodePart,
  encodeAck,
  encodeClose,
  encodeFrame,
  encodeNumbered,
  encodePart,
  FrameKind,
  frameSizes,
  limits,
  partLength,
  u32,
} from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { bytes, outOfRange, refusal, tooLong, wrongLength } from "./expectations.ts";

const U64_MAX = 2n ** 64n - 1n;

describe("a frame's plaintext", () => {
  it("is kind, length, data and zeros", () => {
    const frame = encodeFrame({ kind: FrameKind.ECHO, data: bytes(1, 2, 3) });
    expect(frame).toHaveLength(64);
    expect(frame.subarray(0, 8)).toEqual(bytes(8, 0, 0, 0, 3, 1, 2, 3));
    expect(frame.subarray(8)).toEqual(new Uint8Array(56));
  });

  it("has the kinds of the standard", () => {
    expect(FrameKind).toEqual({
      PAD: 0,
      APP: 1,
      ACK: 2,
      HS: 3,
      SAS_COMMIT: 4,
      SAS_REVEAL: 5,
      SAS_OK: 6,
      CLOSE: 7,
      ECHO: 8,
      APPF: 9,
    });
  });

  it("is padded to the smallest size that holds it, to the byte", () => {
    expect(frameSizes).toEqual([64, 256, 1_024, 4_096, 16_384]);
    for (const [i, size] of frameSizes.entries()) {
      const full = new Uint8Array(size - 5).fill(0xee);
      expect(encodeFrame({ kind: FrameKind.APP, data: full })).toHaveLength(size);
      expect(decodeFrame(encodeFrame({ kind: FrameKind.APP, data: full }))).toEqual({
        ok: true,
        value: { kind: FrameKind.APP, data: full },
      });
      const oneMore = () => encodeFrame({ kind: FrameKind.APP, data: new Uint8Array(size - 4) });
      const next = frameSizes[i + 1];
      if (next === undefined) expect(oneMore).toThrow(tooLong);
      else expect(oneMore()).toHaveLength(next);
    }
  });

  it.each(Object.entries(FrameKind))("of kind %s is read back, empty and not", (_, kind) => {
    for (const data of [bytes(), bytes(0), bytes(5, 0)]) {
      expect(decodeFrame(encodeFrame({ kind, data }))).toEqual({ ok: true, value: { kind, data } });
    }
  });

  const valid = encodeFrame({ kind: FrameKind.APP, data: bytes(1, 2, 3) });
  const changed = (index: number, value: number) => valid.with(index, value);
  const claiming = (size: number, length: number) => {
    const plaintext = new Uint8Array(size);
    plaintext.set(u32(length), 1);
    return plaintext;
  };

  it.each([
    ["nothing", bytes(), "wire.truncated"],
    ["four bytes", valid.subarray(0, 4), "wire.truncated"],
    ["a head alone", valid.subarray(0, 5), "wire.truncated"],
    ["data that ends too early", valid.subarray(0, 7), "wire.truncated"],
    ["more data than the size holds", claiming(64, 60), "wire.truncated"],
    ["no padding", valid.subarray(0, 8), "wire.padding"],
    ["a byte less of padding", valid.subarray(0, 63), "wire.padding"],
    ["a byte more of padding", new Uint8Array([...valid, 0]), "wire.padding"],
    ["a larger size than needed", claiming(256, 59), "wire.padding"],
    ["a first byte of padding", changed(8, 1), "wire.padding"],
    ["a last byte of padding", changed(63, 0x80), "wire.padding"],
    ["a kind above the last", changed(0, 10), "wire.unknown-kind"],
    ["kind 255", changed(0, 255), "wire.unknown-kind"],
    ["a length one above the limit", claiming(16_384, limits.frameData + 1), "wire.too-long"],
    ["the longest length", claiming(16_384, 0xffffffff), "wire.too-long"],
  ] as const)("is refused with %s", (_, plaintext, code) => {
    expect(decodeFrame(plaintext)).toEqual(refusal(code));
  });
});

describe("frame data", () => {
  it("of ACK is the next n", () => {
    expect(encodeAck(258n)).toEqual(bytes(0, 0, 0, 0, 0, 0, 1, 2));
    expect(decodeAck(encodeAck(U64_MAX))).toEqual({ ok: true, value: U64_MAX });
    expect(decodeAck(new Uint8Array(7))).toEqual(refusal("wire.truncated"));
    expect(decodeAck(new Uint8Array(9))).toEqual(refusal("wire.trailing"));
    expect(() => encodeAck(U64_MAX + 1n)).toThrow(outOfRange);
  });

  it("of CLOSE is a reason and the next n", () => {
    expect(CloseReason).toEqual({ DONE: 0, ABORTED: 1, SAS_MISMATCH: 2, PROTOCOL: 3, REFUSED: 4, TIMEOUT: 5 });
    expect(encodeClose({ reason: 2, next: 1n })).toEqual(bytes(2, 0, 0, 0, 0, 0, 0, 0, 1));
    const close = { reason: 255, next: U64_MAX };
    expect(decodeClose(encodeClose(close))).toEqual({ ok: true, value: close });
    expect(decodeClose(new Uint8Array(8))).toEqual(refusal("wire.truncated"));
    expect(decodeClose(new Uint8Array(10))).toEqual(refusal("wire.trailing"));
    expect(() => encodeClose({ reason: 256, next: 0n })).toThrow(outOfRange);
    expect(() => encodeClose({ reason: 0, next: -1n })).toThrow(outOfRange);
  });

  it("that is numbered is m and content", () => {
    const numbered = { m: U64_MAX, content: bytes(9) };
    expect(encodeNumbered({ m: 1n, content: bytes(9) })).toEqual(bytes(0, 0, 0, 0, 0, 0, 0, 1, 9));
    expect(decodeNumbered(encodeNumbered(numbered))).toEqual({ ok: true, value: numbered });
    expect(decodeNumbered(new Uint8Array(8))).toEqual({ ok: true, value: { m: 0n, content: bytes() } });
    expect(decodeNumbered(new Uint8Array(7))).toEqual(refusal("wire.truncated"));
  });

  it("of APPF is m, index, count and part", () => {
    const part = { m: 5n, index: 1, count: 258, part: bytes(7) };
    expect(encodePart(part)).toEqual(bytes(0, 0, 0, 0, 0, 0, 0, 5, 0, 1, 1, 2, 7));
    expect(decodePart(encodePart(part))).toEqual({ ok: true, value: part });
    const last = { m: U64_MAX, index: 65_534, count: 65_535, part: bytes(7, 8) };
    expect(decodePart(encodePart(last))).toEqual({ ok: true, value: last });
  });

  it("of APPF has no part of nothing, none behind the last and no message of one part", () => {
    const head = (index: number, count: number) => bytes(0, 0, 0, 0, 0, 0, 0, 5, 0, index, 0, count, 7);
    expect(decodePart(head(0, 2).subarray(0, 12))).toEqual(refusal("wire.truncated"));
    for (const [index, count] of [
      [0, 0],
      [0, 1],
      [2, 2],
      [3, 2],
    ] as const) {
      expect(decodePart(head(index, count))).toEqual(refusal("wire.out-of-range"));
      expect(() => encodePart({ m: 5n, index, count, part: bytes(7) })).toThrow(outOfRange);
    }
    expect(() => encodePart({ m: 5n, index: 0, count: 2, part: bytes() })).toThrow(wrongLength);
    expect(() => encodePart({ m: 5n, index: 0, count: 65_536, part: bytes(7) })).toThrow(outOfRange);
    expect(() => encodePart({ m: 5n, index: -1, count: 2, part: bytes(7) })).toThrow(outOfRange);
  });

  it("of APPF fills a frame at its longest", () => {
    const data = (length: number) => encodePart({ m: 0n, index: 0, count: 2, part: new Uint8Array(length) });
    expect(encodeFrame({ kind: FrameKind.APPF, data: data(partLength) })).toHaveLength(16_384);
    expect(() => encodeFrame({ kind: FrameKind.APPF, data: data(partLength + 1) })).toThrow(tooLong);
  });
});
