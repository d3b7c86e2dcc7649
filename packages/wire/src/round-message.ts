import { concat, readU16, u16 } from "./bytes.ts";
import { accepted, type Decoded, refused, UsageError } from "./errors.ts";

/**
 * What an application message says of itself inside the encryption (spec 0004, section 3). The receiver checks all of
 * it, so that a frame can stand for no other group, session, round or sender. Secret.
 */
export interface RoundMessage {
  /** 16 bytes. */
  readonly group: Uint8Array;
  /** 16 bytes. */
  readonly session: Uint8Array;
  readonly round: number;
  /** Number of the sending party, 1 to 255. */
  readonly from: number;
  /** Number of the receiving party, or 0 for a broadcast. */
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** Bytes in front of a round message's own: group, session, round, from, to. */
export const ROUND_MESSAGE_HEAD = 16 + 16 + 2 + 2 + 2;

/** Encodes a round message. Throws `UsageError` when group or session do not have 16 bytes. */
export function encodeRoundMessage({ group, session, round, from, to, bytes }: RoundMessage): Uint8Array {
  if (group.length !== 16 || session.length !== 16) {
    throw new UsageError("usage.length", "group and session have 16 bytes");
  }
  return concat(group, session, u16(round), u16(from), u16(to), bytes);
}

/** Decodes a round message; its parts share the memory of `content`. */
export function decodeRoundMessage(content: Uint8Array): Decoded<RoundMessage> {
  if (content.length < ROUND_MESSAGE_HEAD) return refused("wire.truncated", "a round message without its head");
  return accepted({
    group: content.subarray(0, 16),
    session: content.subarray(16, 32),
    round: readU16(content, 32),
    from: readU16(content, 34),
    to: readU16(content, 36),
    bytes: content.subarray(ROUND_MESSAGE_HEAD),
  });
}
