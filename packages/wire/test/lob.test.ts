import {
  decodeHex,
  decodeLob,
  encodeHex,
  encodeLob,
  type JsonObject,
  limits,
  readLobHead,
  utf8,
  writeLobHead,
} from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, refusal, tooLong, usage } from "./expectations.ts";

const value = <T>(decoded: { ok: true; value: T } | { ok: false }) => {
  if (!decoded.ok) throw new Error("refused");
  return decoded.value;
};

describe("the head of a LOB packet", () => {
  it("is read and written as telehash's documents show it", () => {
    const hex = "001d7b2274797065223a2274657374222c22666f6f223a5b22626172225d7d616e792062696e61727921";
    const json = { type: "test", foo: ["bar"] };
    expect(encodeHex(encodeLob({ head: writeLobHead(json), body: utf8("any binary!") }))).toBe(hex);
    const { head, body } = value(decodeLob(value(decodeHex(hex))));
    expect(body).toEqual(utf8("any binary!"));
    expect(readLobHead(head)).toEqual({ type: "json", json, text: '{"type":"test","foo":["bar"]}' });
  });

  it("is told by its length", () => {
    expect(readLobHead(bytes())).toEqual({ type: "none" });
    for (let length = 1; length <= 6; length++) {
      const head = new Uint8Array(length).fill(0x7b);
      expect(readLobHead(head)).toEqual({ type: "binary", bytes: head });
    }
    // Six bytes are binary even where they would be JSON.
    expect(readLobHead(utf8('{"":1}'))).toEqual({ type: "binary", bytes: utf8('{"":1}') });
    expect(readLobHead(utf8('{"a":1}'))).toEqual({ type: "json", json: { a: 1 }, text: '{"a":1}' });
    expect(readLobHead(utf8("{     }"))).toEqual({ type: "json", json: {}, text: "{     }" });
  });

  it("is dropped by the encoder where the object has fewer than 7 bytes", () => {
    expect(writeLobHead({})).toEqual(bytes());
    expect(writeLobHead({ "": 1 })).toEqual(bytes());
    expect(writeLobHead({ a: undefined })).toEqual(bytes());
    expect(writeLobHead({ a: 1 })).toEqual(utf8('{"a":1}'));
  });

  it.each([
    ["no braces", utf8("1234567"), "wire.malformed"],
    ["an array", utf8("[1,2,3]"), "wire.malformed"],
    ["a space in front", utf8(' {"a":1}'), "wire.malformed"],
    ["two objects", utf8('{"a":1}{"b":2}'), "wire.malformed"],
    ["no JSON", utf8("{abcde}"), "wire.malformed"],
    ["no UTF-8", bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), "wire.malformed"],
    ["too deep", utf8(`${'{"a":'.repeat(33)}1${"}".repeat(33)}`), "wire.too-long"],
  ] as const)("is bad, and head and body are still there: %s", (_, head, code) => {
    const packet = value(decodeLob(encodeLob({ head, body: bytes(1, 2) })));
    expect(packet).toEqual({ head, body: bytes(1, 2) });
    expect(readLobHead(packet.head)).toEqual({ type: "bad", refusal: refusal(code) });
  });

  it("keeps the text, in which numbers are exact", () => {
    const head = readLobHead(utf8('{"at":18446744073709551615}'));
    expect(head).toMatchObject({ type: "json", text: '{"at":18446744073709551615}' });
  });

  it("does not let a key reach the prototype", () => {
    const head = readLobHead(utf8('{"__proto__":{"polluted":1}}'));
    if (head.type !== "json") throw new Error(head.type);
    expect(Object.getPrototypeOf(head.json)).toBe(Object.prototype);
    expect(Object.hasOwn(head.json, "__proto__")).toBe(true);
  });

  it("is refused by the encoder where no peer would read it", () => {
    const notAnObject = usage("usage.not-an-object");
    for (const wrong of [[1, 2, 3], null, undefined, 7, "{abcde}"]) {
      expect(() => writeLobHead(wrong as unknown as JsonObject)).toThrow(notAnObject);
    }
    expect(writeLobHead({ a: "x".repeat(limits.lobHead - 8) })).toHaveLength(limits.lobHead);
    expect(() => writeLobHead({ a: "x".repeat(limits.lobHead - 7) })).toThrow(tooLong);
    const deep = JSON.parse(`${'{"a":'.repeat(33)}1${"}".repeat(33)}`) as JsonObject;
    expect(() => writeLobHead(deep)).toThrow(tooLong);
  });

  it("never throws, and reads what was written, in 10,000 cases", () => {
    const braced = fc.string({ unit: "binary", maxLength: 40 }).map((text) => utf8(`{${text.toWellFormed()}}`));
    const json = fc
      .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4, noNullPrototype: true })
      .map((object) => JSON.parse(JSON.stringify(object)) as JsonObject);
    const head = fc.oneof(fc.uint8Array({ maxLength: 40 }), braced);
    fc.assert(
      fc.property(head, json, (any, object) => {
        const read = readLobHead(any);
        expect(read.type === "none").toBe(any.length === 0);
        expect(read.type === "binary").toBe(any.length > 0 && any.length < 7);
        const written = readLobHead(writeLobHead(object));
        if (JSON.stringify(object).length >= 7) expect(written).toMatchObject({ type: "json", json: object });
        else expect(written).toEqual({ type: "none" });
      }),
      { numRuns: 10_000 },
    );
  });
});
