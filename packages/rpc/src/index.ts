export { ACCESS_SUBPROTOCOL, COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, dialectLimits } from "./countersign-v1/dialect.ts";
export {
  type Ended,
  type Quota,
  type RelayCode,
  type RelayErrorData,
  relayError,
  relayErrors,
} from "./countersign-v1/errors.ts";
export { readMessageEvent } from "./countersign-v1/event-text.ts";
export { type EventName, type EventParams, events, isEventName, type RelayEvent } from "./countersign-v1/events.ts";
export { isBase64url } from "./countersign-v1/fields.ts";
export { type MessageRequest, readAck, readMessageRequest } from "./countersign-v1/message-text.ts";
export {
  isMethodName,
  type MethodParams,
  methods,
} from "./countersign-v1/methods.ts";
export { type Read, readEvent, readParams, readRelayError, readResult } from "./countersign-v1/read.ts";
export type { MethodName, MethodResult } from "./countersign-v1/results.ts";
export { type DecodedText, decodeRpc, MAX_BATCH } from "./decode.ts";
export {
  encodeBatch,
  encodeFailure,
  encodeNotification,
  encodeNotificationText,
  encodeRequest,
  encodeSuccess,
  encodeSuccessText,
} from "./encode.ts";
export type {
  RpcErrorObject,
  RpcFailure,
  RpcId,
  RpcInvalid,
  RpcMessage,
  RpcNotification,
  RpcParams,
  RpcRequest,
  RpcSuccess,
} from "./message.ts";
export { type DecodedMpc, decodeMpc, type MpcRequest } from "./mpc-websocket/decode.ts";
export { MPC_WEBSOCKET, MPC_WEBSOCKET_PATH, mpcLimits } from "./mpc-websocket/dialect.ts";
export { encodeMpcEvent, encodeMpcFailure, encodeMpcSuccess } from "./mpc-websocket/encode.ts";
export { CLOSE_CONNECTION, mpcError, mpcInvalidParams, mpcRules, mpcUnknownMethod } from "./mpc-websocket/errors.ts";
export { decodeMpcMessage, encodeMpcMessage } from "./mpc-websocket/message-text.ts";
export {
  isMpcMethodName,
  type MpcMethodName,
  type MpcParams,
  mpcMethods,
  type ReadMpc,
  readMpcParams,
} from "./mpc-websocket/methods.ts";
export type { RawJson } from "./mpc-websocket/raw-json.ts";
export type {
  MpcEvent,
  MpcGroup,
  MpcKind,
  MpcMessage,
  MpcParameters,
  MpcProposal,
  MpcResult,
  MpcSession,
} from "./mpc-websocket/values.ts";
export {
  internalError,
  invalidParams,
  invalidRequest,
  methodNotFound,
  parseError,
  rpcErrorNumbers,
} from "./standard-errors.ts";
export { structureFault } from "./structure.ts";
