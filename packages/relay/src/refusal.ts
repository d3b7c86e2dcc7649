import type { RpcErrorObject } from "@countersign/rpc";

/** An error in the form of JSON-RPC; a dialect that says it otherwise finds the code in its data. */
export interface Refusal {
  readonly ok: false;
  readonly error: RpcErrorObject;
}
