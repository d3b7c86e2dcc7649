import {
  accepted,
  concat,
  type Decoded,
  decodeHandshakeMessage,
  decodeLabel,
  encodeHandshakeMessage,
  type HandshakeMessage as MessageOfAt,
  padPayload,
  refused,
  unpadPayload,
  utf8,
} from "@countersign/wire";
import type { HandshakeMessage } from "../exchange/message-group.ts";

/** A `link` message (spec 0003, section 6). In pair mode it introduces its sender; in a re-link the pin has done so. */
export interface LinkMessage {
  readonly at: bigint;
  /** The next m that the sender expects. */
  readonly next: bigint;
  /** Ed25519 public key (32 bytes) and label. */
  readonly introduction: { readonly ed25519: Uint8Array; readonly label: string } | undefined;
}

const DECIMAL = /^(0|[1-9][0-9]{0,19})$/;

/** A `link` message as the application sees it: head `next`; body `ed25519(32) ‖ label`, or empty in a re-link. */
export function linkMessage({ next, introduction }: Omit<LinkMessage, "at">): HandshakeMessage {
  const body = introduction === undefined ? new Uint8Array(0) : concat(introduction.ed25519, utf8(introduction.label));
  return { type: "link", head: { next: next.toString() }, body };
}

/** Encodes and pads a `link` message. */
export function encodeLinkPayload({ at, ...link }: LinkMessage): Uint8Array {
  return encodePayload(at, linkMessage(link));
}

/** Decodes a `link` payload; `introduced` says whether this step introduces its sender. */
export function decodeLinkPayload(payload: Uint8Array, introduced: boolean): Decoded<LinkMessage> {
  const message = decodePayload(payload);
  if (!message.ok) return message;
  const { type, at, head, body } = message.value;
  if (type !== "link") return refused("wire.unknown-kind", "a message of a type that this step does not carry");
  const next = head["next"];
  if (typeof next !== "string" || !DECIMAL.test(next) || BigInt(next) >> 64n !== 0n) {
    return refused("wire.malformed", "a link without the next number expected");
  }
  if (!introduced) {
    if (body.length !== 0) return refused("wire.trailing", "a re-link introduces nobody");
    return accepted({ at, next: BigInt(next), introduction: undefined });
  }
  if (body.length < 32) return refused("wire.truncated", "a link without its sender's key");
  const label = decodeLabel(body.subarray(32));
  if (!label.ok) return label;
  return accepted({ at, next: BigInt(next), introduction: { ed25519: body.slice(0, 32), label: label.value } });
}

/** A `uri` message as the application sees it. */
export function uriMessage(uri: string): HandshakeMessage {
  return { type: "uri", head: { uri }, body: new Uint8Array(0) };
}

/** Encodes the payload of P3: which session the code was made for. */
export function encodeUriPayload(at: bigint, uri: string): Uint8Array {
  return encodePayload(at, uriMessage(uri));
}

/** Decodes the payload of P3. */
export function decodeUriPayload(payload: Uint8Array): Decoded<{ readonly at: bigint; readonly uri: string }> {
  const message = decodePayload(payload);
  if (!message.ok) return message;
  const { type, at, head, body } = message.value;
  const uri = head["uri"];
  if (type !== "uri" || typeof uri !== "string") return refused("wire.unknown-kind", "a first message that is no uri");
  if (body.length !== 0) return refused("wire.trailing", "a uri message has no body");
  return accepted({ at, uri });
}

function encodePayload(at: bigint, message: HandshakeMessage): Uint8Array {
  return padPayload(encodeHandshakeMessage({ ...message, at }));
}

function decodePayload(payload: Uint8Array): Decoded<MessageOfAt> {
  const lob = unpadPayload(payload);
  return lob.ok ? decodeHandshakeMessage(lob.value) : lob;
}
