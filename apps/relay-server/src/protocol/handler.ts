import type { Refusal } from "@countersign/relay";
import type { MethodName, MethodParams, MethodResult, RawJson } from "@countersign/rpc";
import type { Caller } from "./dialect.ts";

/** What a method answers: a result, or the text of one. */
export type Reply<Name extends MethodName> =
  | { readonly ok: true; readonly result: MethodResult<Name> }
  | { readonly ok: true; readonly json: RawJson }
  | Refusal;

/**
 * Does what a method is for. It orders everything that belongs into a log before it waits for anything, so that the
 * calls of a connection keep their order. `since`: when the call came in, by the clock of the relay; it may have waited.
 */
export type Handler<Name extends MethodName> = (
  caller: Caller,
  params: MethodParams<Name>,
  since: number,
) => Reply<Name> | Promise<Reply<Name>>;

/** The handlers of some methods. */
export type Handlers<Names extends MethodName> = { readonly [Name in Names]: Handler<Name> };
