import { limits, UsageError } from "@countersign/wire";
import { MESSAGE_OVERHEAD_3A } from "../cs3a/message.ts";
import { LAST_AT } from "../exchange/at.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import { encodeInnerMessage } from "../link/handshake-message.ts";

/** Bytes of LOB around the body of a handshake: a length of 2 and the CSID. */
const OUTER = 3;
const MOST = limits.handshakePacket - OUTER - MESSAGE_OVERHEAD_3A;

/** Throws `UsageError` for messages that no handshake can carry: a `link`, which is made here, and what is too long. */
export function checkOwnMessages(messages: readonly HandshakeMessage[]): readonly HandshakeMessage[] {
  for (const message of messages) {
    if (message.type === "link")
      throw new UsageError("usage.reserved-type", "a link is said in every handshake anyway");
    checkLength(message);
  }
  return messages;
}

/** Throws `UsageError` for a message that would make a packet above its limit with any `at`. */
export function checkLength(message: HandshakeMessage): HandshakeMessage {
  if (encodeInnerMessage({ ...message, at: LAST_AT }).length <= MOST) return message;
  throw new UsageError("usage.too-long", `a handshake message has ${MOST} bytes with its JSON at most`);
}
