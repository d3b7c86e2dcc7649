import { encodeNumbered, encodePart, FrameKind, limits, partLength, UsageError } from "@countersign/wire";
import type { Outgoing } from "./sender.ts";

/** The kinds of messages that count across exchanges. */
export type MessageKind =
  | typeof FrameKind.APP
  | typeof FrameKind.SAS_COMMIT
  | typeof FrameKind.SAS_REVEAL
  | typeof FrameKind.SAS_OK
  | typeof FrameKind.ECHO;

/** A frame that is for whoever uses the channel: a message, a part of one, or a handshake message. */
export interface Content {
  readonly kind: MessageKind | typeof FrameKind.APPF | typeof FrameKind.HS;
  readonly data: Uint8Array;
}

/** A message that counts across exchanges. Its content is secret. */
export interface Message {
  readonly m: bigint;
  readonly kind: MessageKind;
  readonly content: Uint8Array;
}

/** The longest content that fits one frame behind its m, in bytes. */
export const unsplitLength = limits.frameData - 8;

/** Throws `UsageError` for content that is too long for its kind: APP has 1 MiB, the others one frame. */
export function checkLength(kind: MessageKind, content: Uint8Array): void {
  const longest = kind === FrameKind.APP ? limits.message : unsplitLength;
  if (content.length > longest) throw new UsageError("usage.too-long", `a message above ${longest} bytes`);
}

/** The number of frames that a message of this length takes: one, or as many APPF parts as it fills. */
export function frameCount(length: number): number {
  return length <= unsplitLength ? 1 : Math.ceil(length / partLength);
}

/** One frame of a message (spec 0004, section 9). All parts but the last are full, so there is one way to split. */
export function frameOf({ m, kind, content }: Message, index: number): Outgoing {
  const count = frameCount(content.length);
  if (count === 1) return { kind, data: encodeNumbered({ m, content }), completes: m };
  const part = content.subarray(index * partLength, (index + 1) * partLength);
  const data = encodePart({ m, index, count, part });
  return { kind: FrameKind.APPF, data, ...(index === count - 1 && { completes: m }) };
}
