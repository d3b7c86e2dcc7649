import { compareBytes, concat, equalBytes, lp, readU16, readU32, readU64, u8, u16, u32, u64 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, outOfRange } from "./expectations.ts";

describe("numbers", () => {
  it("are big-endian", () => {
    expect(u8(0xab)).toEqual(bytes(0xab));
    expect(u16(0xabcd)).toEqual(bytes(0xab, 0xcd));
    expect(u32(0x89abcdef)).toEqual(bytes(0x89, 0xab, 0xcd, 0xef));
    expect(u64(0x0123456789abcdefn)).toEqual(bytes(0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef));
  });

  it("reach from 0 to all ones", () => {
    for (const [encode, size, max] of [
      [u8, 1, 0xff],
      [u16, 2, 0xffff],
      [u32, 4, 0xffffffff],
    ] as const) {
      expect(encode(0)).toEqual(new Uint8Array(size));
      expect(encode(max)).toEqual(new Uint8Array(size).fill(0xff));
      for (const wrong of [max + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => encode(wrong)).toThrow(outOfRange);
      }
    }
    expect(u64(0n)).toEqual(new Uint8Array(8));
    expect(u64(2n ** 64n - 1n)).toEqual(new Uint8Array(8).fill(0xff));
    for (const wrong of [2n ** 64n, -1n]) expect(() => u64(wrong)).toThrow(outOfRange);
  });

  it("are read where they were written, in a view into other memory as well", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffffffff), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (a, b, c) => {
        const view = concat(bytes(1, 2, 3), u16(a), u32(b), u64(c)).subarray(3);
        expect([readU16(view, 0), readU32(view, 2), readU64(view, 6)]).toEqual([a, b, c]);
      }),
    );
  });
});

describe("lp", () => {
  it("puts a length of two bytes in front, up to 65,535", () => {
    expect(lp(bytes())).toEqual(bytes(0, 0));
    expect(lp(bytes(7, 8))).toEqual(bytes(0, 2, 7, 8));
    expect(lp(new Uint8Array(65_535)).subarray(0, 3)).toEqual(bytes(0xff, 0xff, 0));
    expect(() => lp(new Uint8Array(65_536))).toThrow(outOfRange);
  });
});

describe("byte strings", () => {
  it("are joined into memory of their own", () => {
    const part = bytes(1, 2);
    const joined = concat(part, bytes(), bytes(3));
    part.fill(9);
    expect(joined).toEqual(bytes(1, 2, 3));
    expect(concat()).toEqual(bytes());
  });

  it("are equal when every byte is", () => {
    expect(equalBytes(bytes(), bytes())).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 2, 0))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(0, 2))).toBe(false);
    expect(equalBytes(bytes(1, 2), bytes(1, 3))).toBe(false);
  });

  it("are ordered like texts of characters 0 to 255", () => {
    const list = [bytes(), bytes(0), bytes(0, 0), bytes(0, 255), bytes(1), bytes(127, 255), bytes(128), bytes(255)];
    for (const [i, a] of list.entries()) {
      for (const [j, b] of list.entries()) {
        expect(compareBytes(a, b)).toBe(Math.sign(i - j));
        expect(equalBytes(a, b)).toBe(i === j);
      }
    }
  });
});
