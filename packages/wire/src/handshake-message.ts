import { concat, readU16, u16 } from "./bytes.ts";
import { accepted, type Decoded, refused, UsageError } from "./errors.ts";
import { type JsonObject, parseCanonicalJson } from "./json.ts";
import { decodeLob, encodeLob } from "./lob.ts";
import { decodeUtf8, utf8 } from "./text.ts";

/** A decrypted handshake message of cipher set 0x43 (spec 0002, section 5): one type, its `at`, other keys, a body. */
export interface HandshakeMessage {
  /** `link`, `uri`, `jwt`, `tx`, or a type that the application knows. */
  readonly type: string;
  /** Unsigned 64 bits; equal to the `at` of the packet's header. */
  readonly at: bigint;
  /** The other keys of the JSON head. */
  readonly head: JsonObject;
  readonly body: Uint8Array;
}

const DECIMAL = /^(0|[1-9][0-9]{0,19})$/;

/**
 * Encodes a handshake message as LOB: keys `type`, `at` (a decimal string, exact above 2^53), then the others. Throws
 * `UsageError` for what `decodeHandshakeMessage` would refuse, such as a key that is a number: those come first in JSON.
 */
export function encodeHandshakeMessage({ type, at, head, body }: HandshakeMessage): Uint8Array {
  if (Object.hasOwn(head, "type") || Object.hasOwn(head, "at")) {
    throw new UsageError("usage.reserved-key", "type and at are no other keys");
  }
  const bytes = encodeLob({ head: utf8(JSON.stringify({ type, at: at.toString(), ...head })), body });
  const decoded = decodeHandshakeMessage(bytes);
  if (!decoded.ok) throw new UsageError("usage.handshake-message", `no peer would accept this: ${decoded.detail}`);
  return bytes;
}

/** Decodes a handshake message. The JSON head must be in its only form, see `parseCanonicalJson`. */
export function decodeHandshakeMessage(bytes: Uint8Array): Decoded<HandshakeMessage> {
  const packet = decodeLob(bytes);
  if (!packet.ok) return packet;
  const text = decodeUtf8(packet.value.head);
  if (!text.ok) return text;
  const json = parseCanonicalJson(text.value);
  if (!json.ok) return json;
  const { type, at, ...head } = json.value;
  const [first, second] = Object.keys(json.value);
  if (first !== "type" || second !== "at") return refused("wire.non-canonical", "the head begins with type and at");
  if (typeof type !== "string" || type === "") return refused("wire.malformed", "a type that is not a text");
  if (typeof at !== "string" || !DECIMAL.test(at)) return refused("wire.malformed", "an at that is no decimal string");
  const value = BigInt(at);
  if (value >> 64n !== 0n) return refused("wire.out-of-range", "an at above 64 bits");
  return accepted({ type, at: value, head, body: packet.value.body });
}

/** The sizes a handshake payload is padded to, in bytes: equal lengths leak no label. */
export const payloadSizes = [256, 1_024] as const;

/**
 * Pads a LOB to a handshake payload: `u16 length ‖ LOB ‖ zeros` of 256 bytes, or of 1,024 if it does not fit. Throws
 * `UsageError` above 1,022 bytes.
 */
export function padPayload(lob: Uint8Array): Uint8Array {
  const size = payloadSizes.find((candidate) => 2 + lob.length <= candidate);
  if (size === undefined) throw new UsageError("usage.too-long", "a handshake payload above 1,022 bytes");
  const padded = new Uint8Array(size);
  padded.set(concat(u16(lob.length), lob));
  return padded;
}

/** Takes the LOB out of a handshake payload; only the smallest size that fits and zeros behind it are accepted. */
export function unpadPayload(payload: Uint8Array): Decoded<Uint8Array> {
  if (payload.length < 2) return refused("wire.truncated", "a handshake payload without a length");
  const length = readU16(payload, 0);
  const size = payloadSizes.find((candidate) => 2 + length <= candidate);
  if (size === undefined) return refused("wire.too-long", "a handshake payload above 1,022 bytes");
  if (payload.length < 2 + length) return refused("wire.truncated", "a handshake payload that is shorter than its LOB");
  if (payload.length !== size) return refused("wire.padding", "a handshake payload of a size that does not exist");
  for (let i = 2 + length; i < payload.length; i++) {
    if (payload[i] !== 0) return refused("wire.padding", "padding that is not zero");
  }
  return accepted(payload.subarray(2, 2 + length));
}
