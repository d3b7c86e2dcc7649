/** What the first bytes of a frame say (RFC 6455, section 5.2). */
export interface FrameHead {
  readonly isFinal: boolean;
  readonly opcode: number;
  /** Whether it is a text of one frame, masked, without any of the reserved bits. */
  readonly isText: boolean;
  /** Bytes of the head, the key of the mask included, and of what is behind it. */
  readonly size: number;
  readonly length: number;
}

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const MASK = 4;
/** Bytes of the longest head. */
export const LONGEST_HEAD = 2 + 8 + MASK;

/** Reads the head of a frame that begins at `at`; undefined if it does not end at `limit` or before. */
export function readHead(bytes: Uint8Array, at: number, limit = bytes.length): FrameHead | undefined {
  if (at + 2 > limit) return undefined;
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  const short = second & 0x7f;
  const wide = short < 126 ? 0 : short === 126 ? 2 : 8;
  const isMasked = (second & MASKED) !== 0;
  const size = 2 + wide + (isMasked ? MASK : 0);
  if (at + size > limit) return undefined;
  let length = wide === 0 ? short : 0;
  // Lengths beyond 2^53 are not exact, but too large in any case.
  for (let i = 0; i < wide; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const isText = first === FINAL_TEXT && isMasked;
  return { isFinal: first >= 0x80, opcode: first & 0x0f, isText, size, length };
}
