export { decodeBase64url, encodeBase64url } from "./base64url.ts";
export { compareBytes, concat, equalBytes, lp, readU16, readU32, readU64, u8, u16, u32, u64 } from "./bytes.ts";
export {
  accepted,
  CountersignError,
  type Decoded,
  type Refused,
  refused,
  UsageError,
  type WireCode,
} from "./errors.ts";
export {
  type Close,
  CloseReason,
  decodeAck,
  decodeClose,
  decodeFrame,
  decodeNumbered,
  decodePart,
  encodeAck,
  encodeClose,
  encodeFrame,
  encodeNumbered,
  encodePart,
  type Frame,
  FrameKind,
  frameSizes,
  type Numbered,
  type Part,
  partLength,
} from "./frame.ts";
export {
  decodeHandshakeMessage,
  encodeHandshakeMessage,
  type HandshakeMessage,
  padPayload,
  payloadSizes,
  unpadPayload,
} from "./handshake-message.ts";
export { decodeHex, encodeHex } from "./hex.ts";
export { deeperThan, type JsonObject, parseCanonicalJson } from "./json.ts";
export { readJsonInteger } from "./json-integer.ts";
export { checkLabel, decodeLabel } from "./label.ts";
export { limits } from "./limits.ts";
export { decodeLob, encodeLob, type LobPacket } from "./lob.ts";
export { type LobHead, readLobHead, writeLobHead } from "./lob-head.ts";
export {
  CSID_COUNTERSIGN,
  decodeHandshakeHeader,
  decodePacket,
  decodeSealedFrame,
  encodeHandshakeHeader,
  encodePacket,
  encodeSealedFrame,
  FRAME_HEADER_LENGTH,
  type HandshakeHeader,
  HEADER_LENGTH,
  type Packet,
  type SealedFrame,
  Step,
  TAG_LENGTH,
  TOKEN_LENGTH,
} from "./packet.ts";
export { decodeRoundMessage, encodeRoundMessage, ROUND_MESSAGE_HEAD, type RoundMessage } from "./round-message.ts";
export { decodeUtf8, utf8 } from "./text.ts";
export { formatUuid, parseUuid, uuidFromRandom } from "./uuid.ts";
