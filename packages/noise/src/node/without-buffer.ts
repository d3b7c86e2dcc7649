import type { Buffer } from "node:buffer";

/** The same bytes as a Uint8Array: a Buffer has a `slice` that does not copy and a `toString` that prints secrets. */
export function withoutBuffer(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
