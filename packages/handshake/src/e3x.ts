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
export { CipherSet3a, type CipherSetOptions3a } from "./cs3a/cipher-set3a.ts";
export type { Incoming3a, Peer3a } from "./cs3a/incoming3a.ts";
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
export type {
  ChannelInput,
  ChannelOptions,
  ChannelOutput,
  IncomingContent,
  OutgoingContent,
} from "./e3x-channels/channel-types.ts";
export { type ChannelPacket, decodeChannelContent } from "./e3x-channels/content.ts";
export { E3xChannel } from "./e3x-channels/e3x-channel.ts";
export type { ChannelState } from "./e3x-channels/transitions.ts";
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
export { LAST_AT, Order, orderOf, type Role } from "./exchange/at.ts";
export type {
  Accepted,
  Answer,
  BadPacket,
  CipherSet,
  ExchangeKeys,
  Incoming,
  Run,
  RunResult,
} from "./exchange/cipher-set.ts";
export { Exchange, type ExchangeOptions } from "./exchange/exchange.ts";
export type { ExchangeInput, ExchangeOutput } from "./exchange/exchange-types.ts";
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
