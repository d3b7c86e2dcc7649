import { UsageError } from "./errors.ts";

/** Joins byte strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares two byte strings in a time that depends on their lengths only. For public values too: one way to compare. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Orders byte strings as unsigned big-endian numbers of equal length; the shorter of two with a common head is lower. */
export function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

const U64_MAX = (1n << 64n) - 1n;

/** One byte. Like all of these, throws `UsageError` for what is not a whole number of its range. */
export function u8(value: number): Uint8Array {
  expectWhole(value, 0xff);
  return Uint8Array.of(value);
}

/** Two bytes, big-endian. */
export function u16(value: number): Uint8Array {
  expectWhole(value, 0xffff);
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** Four bytes, big-endian. */
export function u32(value: number): Uint8Array {
  expectWhole(value, 0xffffffff);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, big-endian. */
export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  writeU64(bytes, 0, value);
  return bytes;
}

/** Writes eight bytes, big-endian, where there is room for them. Throws `UsageError` as `u64` does. */
export function writeU64(bytes: Uint8Array, offset: number, value: bigint): void {
  if (value < 0n || value > U64_MAX) outOfRange(value, U64_MAX);
  viewOf(bytes).setBigUint64(offset, value);
}

/** `lp(x)`: a two-byte length and the bytes (spec 0001, section 2). Throws `UsageError` above 65,535 bytes. */
export function lp(bytes: Uint8Array): Uint8Array {
  return concat(u16(bytes.length), bytes);
}

/** Reads a big-endian number of two bytes. The caller has checked that they are there. */
export function readU16(bytes: Uint8Array, offset: number): number {
  return viewOf(bytes).getUint16(offset);
}

/** Reads a big-endian number of four bytes. The caller has checked that they are there. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return viewOf(bytes).getUint32(offset);
}

/** Reads a big-endian number of eight bytes. The caller has checked that they are there. */
export function readU64(bytes: Uint8Array, offset: number): bigint {
  return viewOf(bytes).getBigUint64(offset);
}

function expectWhole(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) outOfRange(value, max);
}

function outOfRange(value: number | bigint, max: number | bigint): never {
  throw new UsageError("usage.out-of-range", `${value} is not a whole number of 0..${max}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
