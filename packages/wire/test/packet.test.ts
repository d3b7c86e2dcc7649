import {
  CSID_COUNTERSIGN,
  decodeHandshakeHeader,
  decodeLob,
  decodePacket,
  decodeSealedFrame,
  encodeHandshakeHeader,
  encodeLob,
  encodePacket,
  encodeSealedFrame,
  FRAME_HEADER_LENGTH,
  frameSizes,
  HEADER_LENGTH,
  limits,
  Step,
  TAG_LENGTH,
  TOKEN_LENGTH,
} from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { bytes, outOfRange, refusal, tooLong, wrongLength } from "./expectations.ts";

const filled = (length: number) => new Uint8Array(length).fill(0xa5);

describe("a LOB packet", () => {
  it("is the length of its head, its head and its body", () => {
    expect(encodeLob({ head: bytes(1, 2, 3), body: bytes(4) })).toEqual(bytes(0, 3, 1, 2, 3, 4));
    expect(encodeLob({ head: bytes(), body: bytes() })).toEqual(bytes(0, 0));
    expect(decodeLob(bytes(0, 3, 1, 2, 3, 4))).toEqual({ ok: true, value: { head: bytes(1, 2, 3), body: bytes(4) } });
  });

  it("has a largest head and a largest size", () => {
    const head = filled(limits.lobHead);
    expect(decodeLob(encodeLob({ head, body: bytes() }))).toEqual({ ok: true, value: { head, body: bytes() } });
    expect(() => encodeLob({ head: filled(limits.lobHead + 1), body: bytes() })).toThrow(tooLong);
    expect(decodeLob(bytes(0x20, 0x01, ...filled(limits.lobHead + 1)))).toEqual(refusal("wire.too-long"));

    const body = filled(limits.lobPacket - 2);
    expect(decodeLob(encodeLob({ head: bytes(), body }))).toEqual({ ok: true, value: { head: bytes(), body } });
    expect(() => encodeLob({ head: bytes(), body: filled(limits.lobPacket - 1) })).toThrow(tooLong);
    expect(() => encodeLob({ head: bytes(1), body })).toThrow(tooLong);
    expect(decodeLob(new Uint8Array(limits.lobPacket + 1))).toEqual(refusal("wire.too-long"));
  });

  it.each([[[]], [[0]], [[0, 1]], [[0, 3, 1, 2]], [[0x20, 0x00, 1]]])("is refused when it is cut off: %j", (values) => {
    expect(decodeLob(bytes(...values))).toEqual(refusal("wire.truncated"));
  });
});

describe("an outer packet", () => {
  it("is a handshake with its CSID or a channel packet", () => {
    expect(encodePacket({ type: "handshake", csid: CSID_COUNTERSIGN, body: bytes(7) })).toEqual(bytes(0, 1, 0x43, 7));
    expect(encodePacket({ type: "channel", body: bytes(7) })).toEqual(bytes(0, 0, 7));
    for (const packet of [
      { type: "handshake", csid: 0x43, body: bytes(7) },
      { type: "handshake", csid: 1, body: bytes() },
      { type: "handshake", csid: 255, body: filled(limits.handshakePacket - 3) },
      { type: "channel", body: bytes() },
      { type: "channel", body: filled(limits.lobPacket - 2) },
    ] as const) {
      expect(decodePacket(encodePacket(packet))).toEqual({ ok: true, value: packet });
    }
  });

  it("is refused above its limits, and not encoded", () => {
    const long = filled(limits.handshakePacket - 2);
    expect(decodePacket(encodeLob({ head: bytes(0x43), body: long }))).toEqual(refusal("wire.too-long"));
    expect(() => encodePacket({ type: "handshake", csid: 0x43, body: long })).toThrow(tooLong);
    expect(decodePacket(new Uint8Array(limits.lobPacket + 1))).toEqual(refusal("wire.too-long"));
    expect(() => encodePacket({ type: "channel", body: filled(limits.lobPacket - 1) })).toThrow(tooLong);
  });

  it("has no cipher set 0 and no other head", () => {
    expect(decodePacket(bytes(0, 1, 0, 7))).toEqual(refusal("wire.unknown-kind"));
    expect(decodePacket(bytes(0, 2, 1, 2, 7))).toEqual(refusal("wire.unknown-kind"));
    expect(decodePacket(bytes(0, 7, ...new TextEncoder().encode('{"a":1}')))).toEqual(refusal("wire.unknown-kind"));
    expect(decodePacket(bytes(0))).toEqual(refusal("wire.truncated"));
    for (const csid of [0, 256, -1, 1.5]) {
      expect(() => encodePacket({ type: "handshake", csid, body: bytes() })).toThrow(outOfRange);
    }
  });
});

describe("a handshake's header", () => {
  const exch = filled(16);

  it("is EXCH, version, step and at", () => {
    const header = encodeHandshakeHeader({ exch, step: Step.K2, at: 258n });
    expect(header).toEqual(bytes(...exch, 1, 0x12, 0, 0, 0, 0, 0, 0, 1, 2));
    expect(header).toHaveLength(HEADER_LENGTH);
  });

  it.each(Object.entries(Step))("of step %s is read back, with anything behind it", (_, step) => {
    for (const at of [0n, 2n ** 64n - 1n]) {
      const header = encodeHandshakeHeader({ exch, step, at });
      expect(decodeHandshakeHeader(header)).toEqual({ ok: true, value: { exch, step, at } });
      expect(decodeHandshakeHeader(bytes(...header, 1, 2))).toEqual({ ok: true, value: { exch, step, at } });
    }
  });

  it("keeps nothing of the packet's memory", () => {
    const header = encodeHandshakeHeader({ exch, step: Step.P1, at: 1n });
    const decoded = decodeHandshakeHeader(header);
    header.fill(0);
    expect(decoded).toMatchObject({ ok: true, value: { exch } });
  });

  it("is refused short, of another version, and of a step that does not exist", () => {
    const header = encodeHandshakeHeader({ exch, step: Step.P1, at: 1n });
    for (const length of [0, 16, 25]) {
      expect(decodeHandshakeHeader(header.subarray(0, length))).toEqual(refusal("wire.truncated"));
    }
    for (const version of [0, 2, 255]) {
      expect(decodeHandshakeHeader(header.with(16, version))).toEqual(refusal("wire.unknown-version"));
    }
    const steps: readonly number[] = Object.values(Step);
    expect(steps).toEqual([1, 2, 3, 4, 5, 0x11, 0x12, 0x21]);
    for (let step = 0; step < 256; step++) {
      if (steps.includes(step)) continue;
      expect(decodeHandshakeHeader(header.with(17, step))).toEqual(refusal("wire.unknown-kind"));
    }
  });

  it("is not written with another EXCH or at", () => {
    for (const length of [15, 17]) {
      expect(() => encodeHandshakeHeader({ exch: filled(length), step: Step.P1, at: 1n })).toThrow(wrongLength);
    }
    for (const at of [-1n, 2n ** 64n]) {
      expect(() => encodeHandshakeHeader({ exch, step: Step.P1, at })).toThrow(outOfRange);
    }
  });
});

describe("a sealed frame", () => {
  const token = filled(TOKEN_LENGTH);

  it("is token, n and ciphertext", () => {
    const ciphertext = filled(80);
    const body = encodeSealedFrame({ token, n: 258n, ciphertext });
    expect(body).toEqual(bytes(...token, 0, 0, 0, 0, 0, 0, 1, 2, ...ciphertext));
    expect(body).toHaveLength(FRAME_HEADER_LENGTH + 80);
  });

  it.each(frameSizes)("of a frame of %i bytes is read back; a byte less or more is no frame", (size) => {
    const frame = { token, n: 2n ** 64n - 1n, ciphertext: filled(size + TAG_LENGTH) };
    expect(decodeSealedFrame(encodeSealedFrame(frame))).toEqual({ ok: true, value: frame });
    const body = encodeSealedFrame(frame);
    expect(decodeSealedFrame(body.subarray(0, -1))).toEqual(refusal("wire.padding"));
    const code = size === limits.framePlaintext ? "wire.too-long" : "wire.padding";
    expect(decodeSealedFrame(bytes(...body, 0))).toEqual(refusal(code));
    for (const length of [size, size + TAG_LENGTH - 1, size + TAG_LENGTH + 1]) {
      expect(() => encodeSealedFrame({ ...frame, ciphertext: filled(length) })).toThrow(wrongLength);
    }
  });

  it("is refused without a whole head and tag, and of nothing but these", () => {
    expect(decodeSealedFrame(filled(FRAME_HEADER_LENGTH + TAG_LENGTH - 1))).toEqual(refusal("wire.truncated"));
    expect(decodeSealedFrame(bytes())).toEqual(refusal("wire.truncated"));
    expect(decodeSealedFrame(filled(FRAME_HEADER_LENGTH + TAG_LENGTH))).toEqual(refusal("wire.padding"));
  });

  it("is not written with another token or n", () => {
    const frame = { token, n: 0n, ciphertext: filled(80) };
    for (const length of [15, 17]) {
      expect(() => encodeSealedFrame({ ...frame, token: filled(length) })).toThrow(wrongLength);
    }
    for (const n of [-1n, 2n ** 64n]) expect(() => encodeSealedFrame({ ...frame, n })).toThrow(outOfRange);
  });
});
