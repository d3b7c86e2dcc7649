import {
  decodeHandshakeMessage,
  deeperThan,
  encodeHandshakeMessage,
  encodeLob,
  limits,
  padPayload,
  parseCanonicalJson,
  payloadSizes,
  unpadPayload,
  utf8,
  type WireCode,
} from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { bytes, refusal, tooLong, usage } from "./expectations.ts";

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;

describe("canonical JSON", () => {
  it.each(["{}", '{"a":1,"b":[true,false,null,"x",{}]}', '{"b":1,"a":-0.5,"c":1e+21}', '{"é":"\\n\\u0001\\\\\\""}'])(
    "is read: %s",
    (text) => {
      expect(parseCanonicalJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
    },
  );

  it("keeps a key named like JavaScript's prototype as what it is", () => {
    const parsed = parseCanonicalJson('{"__proto__":{"admin":true},"constructor":1,"toJSON":1}');
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) return;
    expect(Object.keys(parsed.value)).toEqual(["__proto__", "constructor", "toJSON"]);
    expect("admin" in parsed.value).toBe(false);
  });

  it.each<[string, WireCode, string]>([
    ['{"a":1 }', "wire.non-canonical", "white space inside"],
    [' {"a":1}', "wire.non-canonical", "white space in front"],
    ['{"a":1}\n', "wire.non-canonical", "white space behind"],
    ['{"a":1,"a":2}', "wire.non-canonical", "a key twice"],
    ['{"a":1,"\\u0061":2}', "wire.non-canonical", "a key twice, once escaped"],
    ['{"\\u0061":1}', "wire.non-canonical", "a needless escape"],
    ['{"a":"\\/"}', "wire.non-canonical", "an escaped slash"],
    ['{"a":"\\u000a"}', "wire.non-canonical", "a long escape where a short one exists"],
    ['{"a":"\\ud83e\\udd8a"}', "wire.non-canonical", "escaped surrogates"],
    ['{"a":1.0}', "wire.non-canonical", "a needless fraction"],
    ['{"a":1e3}', "wire.non-canonical", "an exponent"],
    ['{"a":-0}', "wire.non-canonical", "minus zero"],
    ['{"a":1e400}', "wire.non-canonical", "a number that is too large"],
    ['{"a":9007199254740993}', "wire.non-canonical", "a number that would be rounded"],
    ['{"b":1,"1":2}', "wire.non-canonical", "a numeric key behind another"],
    ["", "wire.malformed", "nothing"],
    ["{", "wire.malformed", "half of it"],
    ['{"a":1}{"a":1}', "wire.malformed", "two of them"],
    ["{'a':1}", "wire.malformed", "other quotation marks"],
    ['{"a":NaN}', "wire.malformed", "no number"],
    ['{"a":1,}', "wire.malformed", "a comma too many"],
    ["\ufeff{}", "wire.malformed", "a byte order mark"],
    ["[]", "wire.malformed", "a list"],
    ["null", "wire.malformed", "null"],
    ['"a"', "wire.malformed", "a text"],
    ["1", "wire.malformed", "a number"],
  ])("is refused: %s (%s, %s)", (text, code) => {
    expect(parseCanonicalJson(text)).toEqual(refusal(code));
  });

  it("nests to its limit and no deeper, whatever the brackets and without trusting them", () => {
    expect(parseCanonicalJson(nested(limits.jsonDepth))).toMatchObject({ ok: true });
    expect(parseCanonicalJson(nested(limits.jsonDepth + 1))).toEqual(refusal("wire.too-long"));
    expect(parseCanonicalJson("[".repeat(1_000_000))).toEqual(refusal("wire.too-long"));
    expect(deeperThan("[[]]", 2)).toBe(false);
    expect(deeperThan("[{}]", 1)).toBe(true);
    expect(deeperThan("[][][]{}{}", 1)).toBe(false);
  });

  it("does not count brackets in texts", () => {
    expect(deeperThan('["[[[{{{"]', 1)).toBe(false);
    expect(deeperThan('["\\"[[["]', 1)).toBe(false);
    expect(deeperThan('["\\\\",[[]]]', 2)).toBe(true);
  });
});

describe("a handshake message", () => {
  const message = { type: "link", at: 1_760_000_001n, head: { next: "0" }, body: utf8("alice") };

  it("is a LOB with type and at in front", () => {
    const encoded = encodeHandshakeMessage(message);
    const head = utf8('{"type":"link","at":"1760000001","next":"0"}');
    expect(encoded).toEqual(encodeLob({ head, body: utf8("alice") }));
    expect(decodeHandshakeMessage(encoded)).toEqual({ ok: true, value: message });
  });

  it("holds every u64 exactly", () => {
    for (const at of [0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      expect(decodeHandshakeMessage(encodeHandshakeMessage({ ...message, at }))).toMatchObject({ value: { at } });
    }
  });

  it("keeps what a __proto__ in it says away from objects", () => {
    const encoded = encodeLob({ head: utf8('{"type":"a","at":"1","__proto__":{"b":1}}'), body: bytes() });
    const decoded = decodeHandshakeMessage(encoded);
    expect(decoded.ok && [Object.keys(decoded.value.head), "b" in decoded.value.head]).toEqual([["__proto__"], false]);
    if (decoded.ok) expect(encodeHandshakeMessage(decoded.value)).toEqual(encoded);
  });

  const decodeHead = (text: string) => decodeHandshakeMessage(encodeLob({ head: utf8(text), body: bytes() }));

  it.each([
    ['{"at":"1","type":"a"}', "wire.non-canonical"],
    ['{"type":"a","b":1,"at":"1"}', "wire.non-canonical"],
    ['{"type":"a"}', "wire.non-canonical"],
    ["{}", "wire.non-canonical"],
    ['{"type":"a","at":"1","at":"2"}', "wire.non-canonical"],
    ['{"type":"","at":"1"}', "wire.malformed"],
    ['{"type":1,"at":"1"}', "wire.malformed"],
    ['{"type":"a","at":1}', "wire.malformed"],
    ['{"type":"a","at":""}', "wire.malformed"],
    ['{"type":"a","at":"01"}', "wire.malformed"],
    ['{"type":"a","at":"+1"}', "wire.malformed"],
    ['{"type":"a","at":"-1"}', "wire.malformed"],
    ['{"type":"a","at":"1.0"}', "wire.malformed"],
    ['{"type":"a","at":"0x1"}', "wire.malformed"],
    ['{"type":"a","at":" 1"}', "wire.malformed"],
    ['{"type":"a","at":"1\\n"}', "wire.malformed"],
    ['{"type":"a","at":"100000000000000000000"}', "wire.malformed"],
    ['{"type":"a","at":"18446744073709551616"}', "wire.out-of-range"],
    ["[]", "wire.malformed"],
  ] as const)("is refused with the head %s", (text, code) => {
    expect(decodeHead(text)).toEqual(refusal(code));
  });

  it("is refused with a head that is no text, and where its LOB is", () => {
    expect(decodeHandshakeMessage(encodeLob({ head: bytes(0xff), body: bytes() }))).toEqual(refusal("wire.malformed"));
    expect(decodeHandshakeMessage(bytes(0))).toEqual(refusal("wire.truncated"));
    expect(decodeHandshakeMessage(encodeLob({ head: bytes(), body: bytes() }))).toEqual(refusal("wire.malformed"));
  });

  it("is not written where a peer would refuse it", () => {
    const refused = usage("usage.handshake-message");
    const deep = JSON.parse(nested(limits.jsonDepth)) as object;
    expect(() => encodeHandshakeMessage({ ...message, at: -1n })).toThrow(refused);
    expect(() => encodeHandshakeMessage({ ...message, at: 2n ** 64n })).toThrow(refused);
    expect(() => encodeHandshakeMessage({ ...message, type: "" })).toThrow(refused);
    expect(() => encodeHandshakeMessage({ ...message, head: { 1: "numbers come first" } })).toThrow(refused);
    expect(() => encodeHandshakeMessage({ ...message, head: { deep } })).toThrow(refused);
    expect(() => encodeHandshakeMessage({ ...message, head: { x: "x".repeat(limits.lobHead) } })).toThrow(tooLong);
    for (const key of ["type", "at"]) {
      expect(() => encodeHandshakeMessage({ ...message, head: { [key]: "x" } })).toThrow(usage("usage.reserved-key"));
    }
  });
});

describe("a handshake payload", () => {
  it("has one of two sizes, whatever is in it", () => {
    expect(payloadSizes).toEqual([256, 1_024]);
    for (const [length, size] of [
      [0, 256],
      [254, 256],
      [255, 1_024],
      [1_022, 1_024],
    ] as const) {
      const lob = new Uint8Array(length).fill(7);
      const payload = padPayload(lob);
      expect(payload).toHaveLength(size);
      expect([...payload.subarray(0, 2)]).toEqual([length >> 8, length & 255]);
      expect(unpadPayload(payload)).toEqual({ ok: true, value: lob });
    }
    expect(() => padPayload(new Uint8Array(1_023))).toThrow(tooLong);
  });

  const valid = padPayload(bytes(1, 2, 3));
  const claiming = (size: number, length: number) => {
    const payload = new Uint8Array(size);
    payload.set([length >> 8, length & 255]);
    return payload;
  };
  it.each([
    ["nothing", bytes(), "wire.truncated"],
    ["half a length", bytes(0), "wire.truncated"],
    ["a LOB that is cut off", valid.subarray(0, 4), "wire.truncated"],
    ["more than the size holds", claiming(256, 255), "wire.truncated"],
    ["no padding", valid.subarray(0, 5), "wire.padding"],
    ["a byte less", valid.subarray(0, 255), "wire.padding"],
    ["a byte more", bytes(...valid, 0), "wire.padding"],
    ["a larger size than needed", claiming(1_024, 254), "wire.padding"],
    ["a first byte of padding", valid.with(5, 1), "wire.padding"],
    ["a last byte of padding", valid.with(255, 1), "wire.padding"],
    ["a length one above the limit", claiming(1_024, 1_023), "wire.too-long"],
    ["the longest length", claiming(1_024, 0xffff), "wire.too-long"],
  ] as const)("is refused with %s", (_, payload, code) => {
    expect(unpadPayload(payload)).toEqual(refusal(code));
  });
});
