import * as v from "valibot";
import type { RpcErrorObject, RpcParams } from "../message.ts";
import { type Ended, quotas, type RelayCode, type RelayErrorData, relayErrors } from "./errors.ts";
import { type EventName, events, isEventName, type RelayEvent } from "./events.ts";
import * as field from "./fields.ts";
import { type MethodParams, methods } from "./methods.ts";
import { type MethodName, type MethodResult, results } from "./results.ts";

/** A value that was checked, or where and why it does not fit. Neither holds the sender's text, but for names of keys. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly reason: string };

/** Checks the arguments of a call, by name or by position; null at the position of an optional one leaves it out. */
export function readParams<Name extends MethodName>(
  name: Name,
  given: RpcParams | undefined,
): Read<MethodParams<Name>> {
  const { params } = methods[name];
  const named = Array.isArray(given) ? byName(params.entries, given) : (given ?? {});
  if (named === undefined) return { ok: false, path: "", reason: "too many arguments" };
  return read(params, named) as Read<MethodParams<Name>>;
}

/** Checks what a relay answered. */
export function readResult<Name extends MethodName>(name: Name, result: unknown): Read<MethodResult<Name>> {
  return read(results[name], result) as Read<MethodResult<Name>>;
}

/** Checks a notification of a relay. An event of a newer relay is refused with the path `method`. */
export function readEvent(name: string, params: RpcParams | undefined): Read<RelayEvent> {
  if (!isEventName(name)) return { ok: false, path: "method", reason: "is no event of countersign.v1" };
  const checked = read(events[name] as v.GenericSchema<unknown, unknown>, params);
  if (!checked.ok) return checked;
  return { ok: true, value: { name, params: checked.value } as Extract<RelayEvent, { name: EventName }> };
}

const errorData = field.reply({
  code: v.pipe(
    v.string("must be text"),
    v.check((code) => Object.hasOwn(relayErrors, code), "is no error of countersign.v1"),
  ),
  retryable: v.boolean("must be true or false"),
  expected: v.exactOptional(field.integer(1)),
  ended: v.exactOptional(v.picklist(["closed", "aborted", "expired"], "must be closed, aborted or expired")),
  reason: v.exactOptional(field.reason),
  quota: v.exactOptional(v.picklist(quotas, "must be the name of a quota")),
});

/** Reads the `data` of an error object if it is one of the relay's own, undefined if not. */
export function readRelayError(error: RpcErrorObject): RelayErrorData | undefined {
  const data = read(errorData, error.data);
  if (!data.ok) return undefined;
  return data.value as RelayErrorData & { code: RelayCode; ended?: Ended };
}

function byName(entries: v.ObjectEntries, given: readonly unknown[]): Record<string, unknown> | undefined {
  const names = Object.keys(entries);
  if (given.length > names.length) return undefined;
  const named: Record<string, unknown> = {};
  for (const [i, value] of given.entries()) {
    const name = names[i] as string;
    const skipped = value === null && entries[name]?.type === "exact_optional";
    if (!skipped) named[name] = value;
  }
  return named;
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Read<T> {
  const checked = v.safeParse(schema, value, { abortEarly: true });
  if (checked.success) return { ok: true, value: checked.output };
  const [issue] = checked.issues;
  const path = (issue.path ?? []).map((item) => String(item.key).slice(0, 32)).join(".");
  return { ok: false, path, reason: issue.message };
}
