export { COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, dialectLimits } from "./countersign-v1/dialect.ts";
export { type Ended, type RelayCode, type RelayErrorData, relayError, relayErrors } from "./countersign-v1/errors.ts";
export { type EventName, type EventParams, events, isEventName, type RelayEvent } from "./countersign-v1/events.ts";
export {
  isMethodName,
  type MethodName,
  type MethodParams,
  type MethodResult,
  methods,
} from "./countersign-v1/methods.ts";
export { type Read, readEvent, readParams, readRelayError, readResult } from "./countersign-v1/read.ts";
export { type DecodedText, decodeRpc, MAX_BATCH } from "./decode.ts";
export { encodeBatch, encodeFailure, encodeNotification, encodeRequest, encodeSuccess } from "./encode.ts";
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
export {
  internalError,
  invalidParams,
  invalidRequest,
  methodNotFound,
  parseError,
  rpcErrorNumbers,
} from "./standard-errors.ts";
