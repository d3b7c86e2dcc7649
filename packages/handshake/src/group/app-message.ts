import {
  type Decoded,
  decodeRoundMessage,
  encodeRoundMessage,
  equalBytes,
  limits,
  type RoundMessage,
  refused,
  UsageError,
} from "@countersign/wire";
import type { SessionParameters } from "../peer-group-types.ts";

/** Encodes an application message. Throws `UsageError` where it is longer than a message may be. */
export function encodeAppMessage(
  { group, session }: SessionParameters,
  message: { readonly from: number; readonly to: number; readonly round: number; readonly bytes: Uint8Array },
): Uint8Array {
  const content = encodeRoundMessage({ group, session, ...message });
  if (content.length > limits.message) throw new UsageError("usage.too-long", "a message above 1 MiB");
  return content;
}

/** Decodes an application message and holds everything that it says of itself against where it came from. */
export function decodeAppMessage(
  { group, session }: SessionParameters,
  content: Uint8Array,
  pair: { readonly self: number; readonly peer: number },
): Decoded<RoundMessage> {
  const decoded = decodeRoundMessage(content);
  if (!decoded.ok) return decoded;
  const message = decoded.value;
  const fits =
    equalBytes(message.group, group) &&
    equalBytes(message.session, session) &&
    message.from === pair.peer &&
    (message.to === 0 || message.to === pair.self);
  return fits ? decoded : refused("wire.out-of-range", "a message of another session, sender or receiver");
}
