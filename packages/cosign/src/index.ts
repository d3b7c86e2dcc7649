export {
  type Argument,
  type Arguments,
  type ArgumentType,
  optional,
  required,
  type ValuesOf,
  withDefault,
} from "./arguments/argument.ts";
export type { Caller } from "./caller.ts";
export { createRpc } from "./create-rpc.ts";
export type { Daemon } from "./daemon.ts";
export { type ErrorObject, errorCodes, MethodError } from "./error.ts";
export { type ExampleForms, quote } from "./help/examples.ts";
export { type HttpAnswer, MAX_BATCH } from "./json-rpc/answer-body.ts";
export { MAX_DEPTH } from "./json-rpc/parse-body.ts";
export { defineMethod, type Example, type Method } from "./method.ts";
export { sessionMethods } from "./methods/session/session-methods.ts";
export type { Result, Shape } from "./result.ts";
export { type ActiveCall, type Phase, Rpc, type RpcOptions } from "./rpc.ts";
export type { ContactBook, KnownParty } from "./session/contact-book.ts";
export { CosignService } from "./session/cosign-service.ts";
export { isNotes, type Notes } from "./session/notes.ts";
export type { Surroundings } from "./session/opening.ts";
export { RelayPool } from "./session/relay-pool.ts";
export { forgetfulStore, type KeptSession, type SessionFile, type SessionStore } from "./session/session-store.ts";
