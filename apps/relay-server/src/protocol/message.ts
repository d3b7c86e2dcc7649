import type { ReadMessage } from "./message-bytes.ts";

/**
 * A text of a client, one that was read already, or the bytes of what was no text. Nothing more, because a chunk of a socket
 * holds thousands of the smallest ones.
 */
export type Message = string | ReadMessage | number;

/** How many bytes a message had. */
export function sizeOfMessage(message: Message): number {
  if (typeof message === "number") return message;
  return typeof message === "string" ? Buffer.byteLength(message) : message.size;
}
