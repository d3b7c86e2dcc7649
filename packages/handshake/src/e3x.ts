export { type ChunkEvent, ChunkJoiner, type ChunkJoinerOptions } from "./chunking/chunk-joiner.ts";
export { ACK_CHUNK, CHUNK_SIZE, splitPacket } from "./chunking/chunks.ts";
export { type CloakOptions, cloak, type Uncloaked, uncloak } from "./cloak/cloak.ts";
export {
  CHANNEL_OVERHEAD_3A,
  type ChannelPacketOptions3a,
  channelKeys3a,
  openChannelPacket3a,
  sealChannelPacket3a,
} from "./cs3a/channel-packet.ts";
export {
  CSID_3A,
  decryptMessage3a,
  encryptMessage3a,
  MESSAGE_OVERHEAD_3A,
  type MessageEnds3a,
  type MessageOptions3a,
  type UnverifiedMessage3a,
  type VerifiedMessage3a,
  verifyMessage3a,
} from "./cs3a/message.ts";
export type { Fault3a, Refused3a, Result3a } from "./cs3a/results.ts";
export type { ChannelOptions, IncomingContent, OutgoingContent } from "./e3x-channels/channel-types.ts";
export { createEndpoint, type Endpoint } from "./endpoint/endpoint.ts";
export type {
  ChannelName,
  DownReason,
  EndpointInput,
  EndpointOptions,
  EndpointOutput,
} from "./endpoint/endpoint-types.ts";
export type { PeerName } from "./endpoint/peer-name.ts";
export type { Budget } from "./endpoint/token-bucket.ts";
export type { ExchangeKeys } from "./exchange/cipher-set.ts";
export type { HandshakeMessage } from "./exchange/message-group.ts";
export { decodeBase32, encodeBase32 } from "./hashname/base32.ts";
export {
  formatHashname,
  type HashnamePart,
  highestCommonCsid,
  intermediateOf,
  parseHashname,
  rollUp,
} from "./hashname/hashname.ts";
export { decodeInnerMessage, encodeInnerMessage, type InnerMessage } from "./link/handshake-message.ts";
export { createLink, type LinkedKeys, readLink } from "./link/link.ts";
export { encodeMiss, LAST_SEQ, type Miss, type ReliableHeader, readReliableHeader } from "./reliable/header.ts";
export {
  type ChannelContent,
  ReliableChannel,
  type ReliableDrop,
  type ReliableInput,
  type ReliableOptions,
  type ReliableOutput,
} from "./reliable/reliable-channel.ts";
export { routingToken } from "./routing-token.ts";
