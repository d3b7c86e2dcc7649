import type { JsonObject } from "@countersign/wire";

/** What a request is called by (JSON-RPC 2.0, section 4). Numbers are safe integers, so that an echo is exact. */
export type RpcId = string | number | null;

/** The arguments of a call: by name or by position (section 4.2). */
export type RpcParams = JsonObject | readonly unknown[];

/** A call that wants an answer. */
export interface RpcRequest {
  readonly type: "request";
  readonly id: RpcId;
  readonly method: string;
  readonly params: RpcParams | undefined;
}

/** A call or event that gets no answer (section 4.1). */
export interface RpcNotification {
  readonly type: "notification";
  readonly method: string;
  readonly params: RpcParams | undefined;
}

/** The answer of a call that worked (section 5). */
export interface RpcSuccess {
  readonly type: "success";
  readonly id: RpcId;
  readonly result: unknown;
}

/** The answer of a call that failed; `id` is null where the request could not be read. */
export interface RpcFailure {
  readonly type: "failure";
  readonly id: RpcId;
  readonly error: RpcErrorObject;
}

/** What arrived is none of the above; a server answers it with `error`, under `id` if that much could be read. */
export interface RpcInvalid {
  readonly type: "invalid";
  readonly id: RpcId;
  readonly error: RpcErrorObject;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcSuccess | RpcFailure | RpcInvalid;

/** The error object of section 5.1. `message` is a sentence for a person, `data` is for programs. */
export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}
