import {
  type RelayCode,
  type RelayErrorData,
  type RpcErrorObject,
  readRelayError,
  relayErrors,
  rpcErrorNumbers,
} from "@countersign/rpc";
import { CountersignError } from "@countersign/wire";

/** What a relay answers (`RelayCode`), and what a client finds out about one by itself. */
export type RelayErrorCode =
  | RelayCode
  /** No connection could be made, or none again in the time for it. */
  | "relay.unreachable"
  /** The relay is at fault, as it says itself. */
  | "relay.internal"
  /** What the relay sends is not of the protocol, or it finds that of us. */
  | "relay.protocol"
  /** This side has closed the connection. */
  | "relay.closed";

/** The relay refused a call or cannot be reached. Holds nothing of the text that a relay sent. */
export class RelayError extends CountersignError {
  override readonly name = "RelayError";
  declare readonly code: RelayErrorCode;
  /** Whether the same call may succeed later without anything else changing. */
  readonly retryable: boolean;
  /** What the relay added to one of its own errors; checked, but not to be trusted. */
  readonly data: RelayErrorData | undefined;

  constructor(code: RelayErrorCode, message: string, details: RelayErrorDetails = {}) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retryable = details.retryable ?? false;
    this.data = details.data;
  }
}

export interface RelayErrorDetails {
  readonly retryable?: boolean;
  readonly data?: RelayErrorData;
  readonly cause?: unknown;
}

/** Makes an error of what a relay answered. The sentence is always one of ours: the relay's own might be anything. */
export function relayErrorOf(answer: RpcErrorObject): RelayError {
  const data = readRelayError(answer);
  if (data !== undefined) {
    const { message, retryable } = relayErrors[data.code];
    return new RelayError(data.code, message, { retryable, data });
  }
  if (answer.code === rpcErrorNumbers.internal) {
    return new RelayError("relay.internal", "The relay reports a fault of its own", { retryable: true });
  }
  return new RelayError("relay.protocol", `The relay refused a request with the JSON-RPC error ${answer.code}`);
}
