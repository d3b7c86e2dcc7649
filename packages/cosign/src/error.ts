/** What numbers of errors mean to those who script against a Bitcoin node. */
export const errorCodes = {
  /** Whatever has no number of its own; wrong numbers of arguments, too. */
  misc: -1,
  /** An argument of the wrong type. */
  type: -3,
  /** No valid address or key. */
  address: -5,
  /** There is too much of something already. */
  memory: -7,
  /** An argument that cannot be: unknown, out of range, given twice. */
  invalidParameter: -8,
  /** The daemon stops. */
  notConnected: -9,
  /** Data that cannot be read. */
  deserialization: -22,
  /** Something does not verify. */
  verify: -25,
  /** The daemon starts, and says how far it is. */
  warmUp: -28,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internal: -32603,
  parse: -32700,
} as const;

/** The error object of an answer. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
}

/** Thrown by a method: what its caller is answered. Everything else that a method throws is a fault of ours. */
export class MethodError extends Error {
  override readonly name = "MethodError";
  readonly code: number;

  /** `message` is for the caller, who may repeat it anywhere: no secret, and nothing of unbounded length. */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  toObject(): ErrorObject {
    return { code: this.code, message: this.message };
  }
}

/** A text of the caller's, short enough to be said back. */
export function quotable(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}
