import { concat, readU16, readU32, readU64, u8, u16, u64, writeU64 } from "./bytes.ts";
import { accepted, type Decoded, refused, UsageError } from "./errors.ts";
import { limits } from "./limits.ts";

/** What a frame carries (spec 0004, section 2). */
export const FrameKind = {
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
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The plaintext of a frame: `kind(1) ‖ length(4) ‖ data ‖ zeros`. Secret. */
export interface Frame {
  readonly kind: FrameKind;
  /** 0 to 16,379 bytes. */
  readonly data: Uint8Array;
}

/** The sizes a frame's plaintext is padded to, in bytes. */
export const frameSizes = [64, 256, 1_024, 4_096, 16_384] as const;
const HEAD = 5;

/** Encodes and pads a frame's plaintext to the smallest size that holds it. Throws `UsageError` above 16,379 bytes. */
export function encodeFrame({ kind, data }: Frame): Uint8Array {
  const size = frameSizes.find((candidate) => HEAD + data.length <= candidate);
  if (size === undefined) throw new UsageError("usage.too-long", "frame data above 16,379 bytes");
  const plaintext = new Uint8Array(size);
  plaintext[0] = kind;
  // The first byte of the length is zero, whatever fits a frame.
  plaintext[2] = data.length >> 16;
  plaintext[3] = (data.length >> 8) & 0xff;
  plaintext[4] = data.length & 0xff;
  plaintext.set(data, HEAD);
  return plaintext;
}

/** Decodes a frame's plaintext; only the smallest fitting size, zero padding and known kinds are accepted. */
export function decodeFrame(plaintext: Uint8Array): Decoded<Frame> {
  if (plaintext.length < HEAD) return refused("wire.truncated", "a frame without kind and length");
  const kind = plaintext[0] as number;
  if (kind > FrameKind.APPF) return refused("wire.unknown-kind", "a frame of a kind that does not exist");
  const length = readU32(plaintext, 1);
  const size = frameSizes.find((candidate) => HEAD + length <= candidate);
  if (size === undefined) return refused("wire.too-long", "frame data above 16,379 bytes");
  if (plaintext.length < HEAD + length) return refused("wire.truncated", "a frame that is shorter than its data");
  if (plaintext.length !== size) return refused("wire.padding", "a frame of a size that its length does not ask for");
  // OR over all of the padding instead of leaving at the first difference: as fast, and no timing to think about.
  let padding = 0;
  for (let i = HEAD + length; i < plaintext.length; i++) padding |= plaintext[i] as number;
  if (padding !== 0) return refused("wire.padding", "padding that is not zero");
  return accepted({ kind: kind as FrameKind, data: plaintext.subarray(HEAD, HEAD + length) });
}

/** ACK data: the next n expected, 8 bytes. */
export function encodeAck(next: bigint): Uint8Array {
  return u64(next);
}

/** Decodes ACK data. */
export function decodeAck(data: Uint8Array): Decoded<bigint> {
  const fault = lengthFault(data, 8);
  return fault ?? accepted(readU64(data, 0));
}

/** Why a channel was closed: for the peer's program; people are told in words. */
export const CloseReason = { DONE: 0, ABORTED: 1, SAS_MISMATCH: 2, PROTOCOL: 3, REFUSED: 4, TIMEOUT: 5 } as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];

/** CLOSE data: why, and which n of the peer would have been next, so that the peer knows what was still heard. */
export interface Close {
  /** One byte; reasons above those of `CloseReason` are the application's. */
  readonly reason: number;
  readonly next: bigint;
}

/** Encodes CLOSE data, 9 bytes. Throws `UsageError` for a reason that is not a byte. */
export function encodeClose({ reason, next }: Close): Uint8Array {
  return concat(u8(reason), u64(next));
}

/** Decodes CLOSE data. */
export function decodeClose(data: Uint8Array): Decoded<Close> {
  const fault = lengthFault(data, 9);
  return fault ?? accepted({ reason: data[0] as number, next: readU64(data, 1) });
}

/** Data of the kinds that count across exchanges (APP, SAS_*, ECHO): `m(8) ‖ content`. */
export interface Numbered {
  /** The message's number in its direction and session; survives a re-link. */
  readonly m: bigint;
  readonly content: Uint8Array;
}

/** Encodes numbered data. */
export function encodeNumbered({ m, content }: Numbered): Uint8Array {
  const data = new Uint8Array(8 + content.length);
  writeU64(data, 0, m);
  data.set(content, 8);
  return data;
}

/** Decodes numbered data. */
export function decodeNumbered(data: Uint8Array): Decoded<Numbered> {
  if (data.length < 8) return refused("wire.truncated", "a message without its number");
  return accepted({ m: readU64(data, 0), content: data.subarray(8) });
}

/** Data of APPF: one part of an application message that is too long for one frame. */
export interface Part {
  readonly m: bigint;
  /** 0 to count − 1. */
  readonly index: number;
  /** 2 to 65,535: what fits one frame goes as APP. */
  readonly count: number;
  /** 1 byte and more. */
  readonly part: Uint8Array;
}

/** Encodes APPF data: `m(8) ‖ index(2) ‖ count(2) ‖ part`. Throws `UsageError` for what `decodePart` refuses. */
export function encodePart({ m, index, count, part }: Part): Uint8Array {
  if (part.length === 0) throw new UsageError("usage.length", "a part has 1 byte and more");
  if (count < 2 || index >= count) throw new UsageError("usage.out-of-range", "a part's index is below its count");
  return concat(u64(m), u16(index), u16(count), part);
}

/** Decodes APPF data. */
export function decodePart(data: Uint8Array): Decoded<Part> {
  if (data.length < 13) return refused("wire.truncated", "a part without content");
  const index = readU16(data, 8);
  const count = readU16(data, 10);
  if (count < 2 || index >= count) return refused("wire.out-of-range", "a part behind the last one");
  return accepted({ m: readU64(data, 0), index, count, part: data.subarray(12) });
}

function lengthFault(data: Uint8Array, length: number) {
  if (data.length < length) return refused("wire.truncated", "frame data that is too short for its kind");
  if (data.length > length) return refused("wire.trailing", "bytes behind the end of the frame's data");
  return undefined;
}

/** The longest part that still fits one frame. */
export const partLength = limits.frameData - 12;
