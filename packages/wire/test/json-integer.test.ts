import { readJsonInteger, readLobHead, writeLobHead } from "@countersign/wire";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "./expectations.ts";

const read = (number: string) => readJsonInteger(`{"at":${number}}`, "at");

afterEach(() => vi.restoreAllMocks());

describe("a whole number of JSON", () => {
  it.each([
    ["0", 0n],
    ["1409417261", 1409417261n],
    ["9007199254740993", 9007199254740993n],
    ["18446744073709551615", 18446744073709551615n],
    ["1.409417261e9", 1409417261n],
    ["1E3", 1000n],
    ["5.0", 5n],
    ["184467440737095516150e-1", 18446744073709551615n],
    ["0e9999", 0n],
  ])("%s is read exactly", (text, value) => {
    expect(read(text)).toEqual({ ok: true, value });
  });

  it("is refused where it is none", () => {
    for (const text of ['"5"', "null", "true", "[5]", '{"at":5}', "-1", "-0", "1.5", "1e-1", "1e-9999", "1e-99999"]) {
      expect(read(text)).toEqual(refusal("wire.malformed"));
    }
    for (const text of ["18446744073709551616", "1e20", "1e9999"]) {
      expect(read(text)).toEqual(refusal("wire.out-of-range"));
    }
    expect(read(`1${"0".repeat(1_000)}`)).toEqual(refusal("wire.malformed"));
  });

  it("is that of the object itself, the last where there are two", () => {
    expect(readJsonInteger('{"a":{"at":1},"b":[{"at":2}]}', "at")).toEqual(refusal("wire.malformed"));
    expect(readJsonInteger('{"a":{"at":1},"at":2,"b":{"at":3}}', "at")).toEqual({ ok: true, value: 2n });
    expect(readJsonInteger('{"at":1,"at":2}', "at")).toEqual({ ok: true, value: 2n });
    expect(readJsonInteger('{"at":1,"at":"2"}', "at")).toEqual(refusal("wire.malformed"));
  });

  it("is written and read again exactly, whatever else is in the head", () => {
    const at = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(at, fc.dictionary(fc.string(), fc.jsonValue()), (value, rest) => {
        const head = readLobHead(writeLobHead({ ...rest, at: value }));
        expect(head.type === "json" && readJsonInteger(head.text, "at")).toEqual({ ok: true, value });
      }),
    );
  });

  it("is refused rather than rounded by an engine that keeps the digits to itself", () => {
    const parse = JSON.parse;
    vi.spyOn(JSON, "parse").mockImplementation((text, reviver) =>
      parse(text, function (this: unknown, key, value) {
        return reviver?.call(this, key, value);
      }),
    );
    expect(read("5")).toEqual({ ok: true, value: 5n });
    expect(read("9007199254740993")).toEqual(refusal("wire.malformed"));
  });
});
