import { readU16 } from "./bytes.ts";
import { accepted, type Decoded, refused, UsageError } from "./errors.ts";
import { limits } from "./limits.ts";

/**
 * A LOB packet of telehash v3 (spec 0002, section 1): `LENGTH(2, big-endian) ‖ HEAD ‖ BODY`. What a head means is told
 * by its length, see `readLobHead`.
 */
export interface LobPacket {
  /** 0 to 8,192 bytes. */
  readonly head: Uint8Array;
  /** What is behind the head; may be empty. */
  readonly body: Uint8Array;
}

/** Encodes a LOB packet. Throws `UsageError` when head or packet are above `limits.lobHead` and `limits.lobPacket`. */
export function encodeLob({ head, body }: LobPacket): Uint8Array {
  if (head.length > limits.lobHead || 2 + head.length + body.length > limits.lobPacket) {
    throw new UsageError("usage.too-long", "the LOB packet is larger than its limit");
  }
  const packet = new Uint8Array(2 + head.length + body.length);
  packet[0] = head.length >> 8;
  packet[1] = head.length & 0xff;
  packet.set(head, 2);
  packet.set(body, 2 + head.length);
  return packet;
}

/** Decodes a LOB packet; head and body share the memory of `bytes`. */
export function decodeLob(bytes: Uint8Array): Decoded<LobPacket> {
  if (bytes.length > limits.lobPacket) return refused("wire.too-long", "a LOB packet above its limit");
  if (bytes.length < 2) return refused("wire.truncated", "a LOB packet without a length");
  const length = readU16(bytes, 0);
  if (length > limits.lobHead) return refused("wire.too-long", "a LOB head above its limit");
  if (length > bytes.length - 2) return refused("wire.truncated", "a LOB head that is longer than the packet");
  return accepted({ head: bytes.subarray(2, 2 + length), body: bytes.subarray(2 + length) });
}
