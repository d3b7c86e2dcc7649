import { accepted, type Decoded, decodeLob, encodeLob, readLobHead, refused, writeLobHead } from "@countersign/wire";
import type { ChannelContent } from "../reliable/reliable-channel.ts";

/** The highest number of a channel. */
export const LAST_CHANNEL = 0xffff_ffff;
/** Bytes of an inner packet with which the outer one has 1,400 in cipher set 3a: LOB takes 2, the cipher set 56. */
export const MAX_INNER = 1_342;
/** Keys of a packet's JSON that mean something to the channel itself. */
export const OWN_KEYS: readonly string[] = ["c", "type", "end", "err", "seq", "ack", "miss"];

/** The inner packet of a channel packet, and the channel that it is of. */
export interface ChannelPacket {
  /** `c`: 1 to 2^32-1. */
  readonly channel: number;
  readonly content: ChannelContent;
}

/** Reads an inner packet: its JSON has a `c`, whatever else it has. */
export function decodeChannelContent(inner: Uint8Array): Decoded<ChannelPacket> {
  const lob = decodeLob(inner);
  if (!lob.ok) return lob;
  const head = readLobHead(lob.value.head);
  if (head.type === "bad") return head.refusal;
  if (head.type !== "json") return refused("wire.malformed", "a channel packet without JSON");
  const { json } = head;
  const channel = Object.hasOwn(json, "c") ? json["c"] : undefined;
  if (typeof channel !== "number" || !Number.isInteger(channel) || channel < 1 || channel > LAST_CHANNEL) {
    return refused("wire.malformed", "a channel that is no number from 1 to 2^32-1");
  }
  return accepted({ channel, content: { json, body: lob.value.body } });
}

/** Writes an inner packet. Throws `UsageError` for one that is above the limits of LOB. */
export function encodeChannelContent({ json, body }: ChannelContent): Uint8Array {
  return encodeLob({ head: writeLobHead(json), body });
}
