import type { Message } from "./message.ts";
import type { ReadMessage, Span } from "./message-bytes.ts";

/** Whom something has come for. */
export interface Receiver {
  /** Reads a text right from its bytes, if it is as most are; undefined if not. */
  read(span: Span): ReadMessage | undefined;
  arrived(message: Message, bytes: number): void;
}

/** Bytes that may wait to be handed over. */
const MOST = 1024 * 1024;

let receivers: Receiver[] = [];
let messages: Message[] = [];
let sizes: number[] = [];
let waiting = 0;

/**
 * Keeps a message until the sockets of this turn of the event loop have been read. What was read is then worked on all at
 * once, and what comes of it is sent all at once: each system call between has the processor forget half of the code, which
 * was a tenth of what a message costs. Answers whether it is the first one.
 */
export function keepArrival(receiver: Receiver, message: Message, bytes: number): boolean {
  if (waiting + bytes > MOST) handOver();
  waiting += bytes;
  messages.push(message);
  sizes.push(bytes);
  return receivers.push(receiver) === 1;
}

/** Hands over what was kept, in the order in which it came. */
export function handOver(): void {
  const [whose, what, bytes] = [receivers, messages, sizes];
  receivers = [];
  messages = [];
  sizes = [];
  waiting = 0;
  for (let i = 0; i < whose.length; i++) whose[i]?.arrived(what[i] ?? "", bytes[i] ?? 0);
}
