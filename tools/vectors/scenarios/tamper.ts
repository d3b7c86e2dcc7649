/** Offset of EXCH in a handshake packet: behind LENGTH and CSID. */
export const BODY = 3;

/** A copy with other bytes from an offset on; negative offsets count from the end. */
export function patch(packet: Uint8Array, offset: number, ...bytes: readonly number[]): Uint8Array {
  const copy = packet.slice();
  copy.set(bytes, offset < 0 ? copy.length + offset : offset);
  return copy;
}

/** A copy with one bit of one byte the other way round. */
export function flip(packet: Uint8Array, offset: number): Uint8Array {
  const index = offset < 0 ? packet.length + offset : offset;
  return patch(packet, index, (packet[index] ?? 0) ^ 1);
}
