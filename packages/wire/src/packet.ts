import { concat, readU64, u8, u64, writeU64 } from "./bytes.ts";
import { accepted, type Decoded, refused, UsageError } from "./errors.ts";
import { frameSizes } from "./frame.ts";
import { limits } from "./limits.ts";
import { decodeLob, encodeLob } from "./lob.ts";

/** CSID of Countersign's own cipher set. */
export const CSID_COUNTERSIGN = 0x43;
/** Bytes of EXCH ‖ version ‖ STEP ‖ at. */
export const HEADER_LENGTH = 26;
/** Bytes of a routing token. */
export const TOKEN_LENGTH = 16;
/** Bytes of TOKEN ‖ n in front of a frame's ciphertext. */
export const FRAME_HEADER_LENGTH = TOKEN_LENGTH + 8;
/** Bytes of an AEAD tag. */
export const TAG_LENGTH = 16;
const VERSION = 1;

/** STEP of each handshake packet (spec 0003, sections 5 and 7; spec 0012). */
export const Step = { P1: 0x01, P2: 0x02, P3: 0x03, P4: 0x04, P5: 0x05, K1: 0x11, K2: 0x12, G1: 0x21 } as const;
export type Step = (typeof Step)[keyof typeof Step];
const STEPS: ReadonlySet<number> = new Set(Object.values(Step));

/** The clear header that every handshake body of cipher set 0x43 begins with (spec 0002, section 3). All public. */
export interface HandshakeHeader {
  /** First 16 bytes of the sender's Noise ephemeral public key. */
  readonly exch: Uint8Array;
  readonly step: Step;
  /** Unsigned 64 bits. */
  readonly at: bigint;
}

/** An outer packet: a handshake of some cipher set, or a channel packet. Bodies share the memory of the packet. */
export type Packet =
  | { readonly type: "handshake"; readonly csid: number; readonly body: Uint8Array }
  | { readonly type: "channel"; readonly body: Uint8Array };

/**
 * Encodes an outer packet: a head of one byte (CSID) for a handshake, of none for a channel packet. Throws `UsageError`
 * for a CSID that is not 1 to 255 and for a packet above its limit.
 */
export function encodePacket(packet: Packet): Uint8Array {
  if (packet.type === "channel") return encodeLob({ head: new Uint8Array(0), body: packet.body });
  if (packet.csid === 0) throw new UsageError("usage.out-of-range", "cipher set 0 does not exist");
  const bytes = encodeLob({ head: u8(packet.csid), body: packet.body });
  if (bytes.length > limits.handshakePacket) {
    throw new UsageError("usage.too-long", "a handshake packet above 1,400 bytes");
  }
  return bytes;
}

/** Decodes an outer packet. Handshakes are at most 1,400 bytes; CSID 0 does not exist; other heads are refused. */
export function decodePacket(bytes: Uint8Array): Decoded<Packet> {
  const lob = decodeLob(bytes);
  if (!lob.ok) return lob;
  const { head, body } = lob.value;
  if (head.length === 0) return accepted({ type: "channel", body });
  if (head.length > 1) return refused("wire.unknown-kind", "a head that is neither a channel's nor a handshake's");
  if (bytes.length > limits.handshakePacket) return refused("wire.too-long", "a handshake packet above 1,400 bytes");
  const csid = head[0] as number;
  if (csid === 0) return refused("wire.unknown-kind", "cipher set 0 does not exist");
  return accepted({ type: "handshake", csid, body });
}

/** Encodes the clear header, 26 bytes. Throws `UsageError` when `exch` is not 16 bytes. */
export function encodeHandshakeHeader({ exch, step, at }: HandshakeHeader): Uint8Array {
  if (exch.length !== 16) throw new UsageError("usage.length", "EXCH has 16 bytes");
  return concat(exch, Uint8Array.of(VERSION, step), u64(at));
}

/** Reads the clear header of a handshake body of cipher set 0x43; what is behind it is the step's own. */
export function decodeHandshakeHeader(body: Uint8Array): Decoded<HandshakeHeader> {
  if (body.length < HEADER_LENGTH) return refused("wire.truncated", "a handshake without its header");
  if (body[16] !== VERSION) return refused("wire.unknown-version", "a version other than 1");
  const step = body[17] as number;
  if (!STEPS.has(step)) return refused("wire.unknown-kind", "a step that does not exist");
  return accepted({ exch: body.slice(0, 16), step: step as Step, at: readU64(body, 18) });
}

/** The clear head of a channel packet's body (spec 0004, section 1). Token, n and ciphertext are public. */
export interface SealedFrame {
  /** The recipient's routing token, 16 bytes. */
  readonly token: Uint8Array;
  /** The frame's number in its direction: nonce and place in the order. */
  readonly n: bigint;
  /** AEAD output: the padded plaintext and a tag of 16 bytes. */
  readonly ciphertext: Uint8Array;
}

const CIPHERTEXT_LENGTHS: ReadonlySet<number> = new Set(frameSizes.map((size) => size + TAG_LENGTH));

/** Encodes the body of a channel packet. Throws `UsageError` unless the ciphertext is that of a padded frame. */
export function encodeSealedFrame({ token, n, ciphertext }: SealedFrame): Uint8Array {
  if (token.length !== TOKEN_LENGTH) throw new UsageError("usage.length", "a routing token has 16 bytes");
  if (!CIPHERTEXT_LENGTHS.has(ciphertext.length)) {
    throw new UsageError("usage.length", "a ciphertext has the length of a padded frame and its tag");
  }
  // Written at once, without a byte string for each part: every frame goes this way.
  const body = new Uint8Array(FRAME_HEADER_LENGTH + ciphertext.length);
  body.set(token);
  writeU64(body, TOKEN_LENGTH, n);
  body.set(ciphertext, FRAME_HEADER_LENGTH);
  return body;
}

/** Decodes the body of a channel packet; its ciphertext has the length of a padded frame or is refused unopened. */
export function decodeSealedFrame(body: Uint8Array): Decoded<SealedFrame> {
  if (body.length < FRAME_HEADER_LENGTH + TAG_LENGTH) return refused("wire.truncated", "a frame without its tag");
  const ciphertext = body.subarray(FRAME_HEADER_LENGTH);
  if (ciphertext.length > limits.framePlaintext + TAG_LENGTH) {
    return refused("wire.too-long", "a frame above its limit");
  }
  if (!CIPHERTEXT_LENGTHS.has(ciphertext.length)) {
    return refused("wire.padding", "a ciphertext of a length that no padded frame has");
  }
  return accepted({ token: body.subarray(0, TOKEN_LENGTH), n: readU64(body, TOKEN_LENGTH), ciphertext });
}
