import { scalarFromBytes, UsageError } from "@countersign/spake2";
import { expect, test } from "vitest";
import { hex, unhex } from "./support.ts";

const p = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const wide = (n: bigint) => unhex(n.toString(16).padStart(96, "0"));
const scalar = (n: bigint) => n.toString(16).padStart(64, "0");

test.each([
  { from: 0n, to: 1n },
  { from: 1n, to: 2n },
  { from: p - 2n, to: p - 1n },
  { from: p - 1n, to: 1n },
  { from: p, to: 2n },
  { from: 2n ** 384n - 1n, to: ((2n ** 384n - 1n) % (p - 1n)) + 1n },
])("OS2IP mod (p - 1) + 1 of $from", ({ from, to }) => {
  expect(hex(scalarFromBytes(wide(from)))).toBe(scalar(to));
});

test("the bytes are read big-endian and stay as they were", () => {
  const bytes = new Uint8Array(48);
  bytes[46] = 1;
  expect(hex(scalarFromBytes(bytes))).toBe(scalar(257n));
  expect(bytes[46]).toBe(1);
});

test.each([0, 32, 47, 49])("%i bytes are a mistake of the caller", (length) => {
  expect(() => scalarFromBytes(new Uint8Array(length))).toThrow(
    expect.objectContaining({ constructor: UsageError, code: "usage.bytes" }),
  );
});
