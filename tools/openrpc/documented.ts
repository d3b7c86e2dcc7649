import type { EventName, EventParams, MethodName, MethodParams, MethodResult, RelayCode } from "@countersign/rpc";

/** What the document says of a method beside its schemas. */
export interface DocumentedMethod<Name extends MethodName> {
  /** A sentence. */
  readonly summary: string;
  /** The relay's own errors that it can answer. */
  readonly errors: readonly RelayCode[];
  /** A call that works, if those of the other examples that it builds upon were made before. */
  readonly example: { readonly params: MethodParams<Name>; readonly result: MethodResult<Name> };
}

export type DocumentedMethods<Names extends MethodName> = { readonly [Name in Names]: DocumentedMethod<Name> };

/** What the document says of an event beside its schema. */
export type DocumentedEvents = {
  readonly [Name in EventName]: { readonly summary: string; readonly example: EventParams<Name> };
};
