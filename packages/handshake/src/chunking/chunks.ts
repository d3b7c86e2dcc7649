import { limits, UsageError } from "@countersign/wire";

/** Bytes of a chunk on TCP, its length byte included, and the most that one byte of length can say. */
export const CHUNK_SIZE = 256;

/**
 * Between packets a chunk without content acknowledges what came, or keeps a connection alive. Never write one between
 * the chunks of a packet: it would end it.
 */
export const ACK_CHUNK: Uint8Array = Uint8Array.of(0);

/**
 * Splits a packet for a stream (telehash v3, "Packet Chunking"; spec 0009, section 6): chunks of `length(1) ‖ bytes`, and
 * a zero byte that ends the packet, in the last of them where there is room. Each chunk is at most `chunkSize` bytes (2
 * to 256), so that a transport that waits for an acknowledgement of each can write them one by one.
 */
export function splitPacket(packet: Uint8Array, chunkSize: number = CHUNK_SIZE): readonly Uint8Array[] {
  if (!Number.isInteger(chunkSize) || chunkSize < 2 || chunkSize > CHUNK_SIZE) {
    throw new UsageError("usage.out-of-range", `a chunk has 2 to ${CHUNK_SIZE} bytes`);
  }
  if (packet.length === 0) throw new UsageError("usage.length", "a packet of no bytes is none");
  if (packet.length > limits.lobPacket) throw new UsageError("usage.too-long", "the packet is larger than its limit");
  const most = chunkSize - 1;
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < packet.length; offset += most) {
    const content = packet.subarray(offset, offset + most);
    const ends = offset + most >= packet.length && content.length < most;
    const chunk = new Uint8Array(1 + content.length + (ends ? 1 : 0));
    chunk[0] = content.length;
    chunk.set(content, 1);
    chunks.push(chunk);
  }
  if (packet.length % most === 0) chunks.push(Uint8Array.of(0));
  return chunks;
}
