import { utf8 } from "@countersign/wire";
import type { RpcErrorObject } from "../message.ts";
import { mpcLimits } from "./dialect.ts";
import { mpcError, mpcInvalidParams, mpcRules } from "./errors.ts";
import { type Field, json, kind, message, parameters, text, u16, uuid } from "./fields.ts";
import { type RawJson, rawElements } from "./raw-json.ts";

type Fields = { readonly [name: string]: Field<unknown> };

/** How the arguments of a method are written: a list in the order of the fields, or one value without a list. */
interface Method<Given extends Fields> {
  readonly form: "list" | "bare";
  readonly fields: Given;
  /** How many of the last fields may be left out; null stands for them. */
  readonly optional: number;
}

function list<Given extends Fields>(fields: Given, optional = 0): Method<Given> {
  return { form: "list", fields, optional };
}

const session = { group: uuid, session: uuid };

/** All methods of the dialect. */
export const mpcMethods = {
  "Group.create": list({ label: text, parameters }),
  "Group.join": { form: "bare", fields: { group: uuid }, optional: 0 },
  "Session.create": list({ group: uuid, kind, value: json }, 1),
  "Session.join": list({ ...session, kind }),
  "Session.signup": list({ ...session, kind }),
  "Session.load": list({ ...session, kind, number: u16 }),
  "Session.participant": list({ ...session, index: u16, number: u16 }),
  "Session.message": list({ ...session, kind, message }),
  "Session.finish": list({ ...session, number: u16 }),
  "Notify.proposal": list({ ...session, proposal: text, message: json }),
  "Notify.signed": list({ ...session, value: json }),
} as const satisfies { readonly [name: string]: Method<Fields> };

export type MpcMethodName = keyof typeof mpcMethods;

/** The arguments of a method by name. */
export type MpcParams<Name extends MpcMethodName> = {
  readonly [Key in keyof (typeof mpcMethods)[Name]["fields"]]: (typeof mpcMethods)[Name]["fields"][Key] extends Field<
    infer Value
  >
    ? Value
    : never;
};

/** Whether the text names a method of the dialect. */
export function isMpcMethodName(name: string): name is MpcMethodName {
  return Object.hasOwn(mpcMethods, name);
}

/** Arguments that were read, or the error to answer. */
export type ReadMpc<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: RpcErrorObject };

/** Reads the arguments of a call; the rules that need no state are checked here, too. Never throws. */
export function readMpcParams<Name extends MpcMethodName>(
  name: Name,
  params: RawJson | undefined,
): ReadMpc<MpcParams<Name>> {
  if (params === undefined) return refuse("No parameters given");
  const { form, fields, optional } = mpcMethods[name] as Method<Fields>;
  const names = Object.keys(fields);
  const given = form === "bare" ? [params] : rawElements(params);
  if (given === undefined) return refuse("invalid type, expected an array");
  if (given.length > names.length || given.length < names.length - optional) {
    return refuse(`invalid length ${given.length}, expected an array of ${names.length} elements`);
  }
  const values: Record<string, unknown> = {};
  for (const [i, [field, { read, expected }]] of Object.entries(fields).entries()) {
    const value = read(given[i] ?? "null");
    if (value === undefined) return refuse(`invalid ${field}, expected ${expected}`);
    values[field] = value;
  }
  const violated = violatedRule(name, values);
  if (violated !== undefined) return { ok: false, error: mpcError(violated) };
  // Each field has read what its type says.
  return { ok: true, value: values as MpcParams<Name> };
}

/** Which rule that needs no state the arguments violate. */
function violatedRule(name: MpcMethodName, values: Readonly<Record<string, unknown>>): string | undefined {
  switch (name) {
    case "Group.create":
      return violatedByGroup(values as MpcParams<"Group.create">);
    case "Session.create":
    case "Notify.signed":
      return isLonger((values as MpcParams<"Notify.signed">).value, "value") ? mpcRules.valueTooLong() : undefined;
    case "Notify.proposal": {
      const { proposal, message } = values as MpcParams<"Notify.proposal">;
      if (isLonger(proposal, "proposal")) return mpcRules.proposalTooLong();
      return isLonger(message, "value") ? mpcRules.valueTooLong() : undefined;
    }
    default:
      return undefined;
  }
}

function violatedByGroup({ label, parameters }: MpcParams<"Group.create">): string | undefined {
  const { parties, threshold } = parameters;
  if (parties <= 1) return mpcRules.partiesTooFew();
  if (threshold === 0) return mpcRules.thresholdZero();
  if (threshold >= parties) return mpcRules.thresholdTooHigh();
  if (parties > mpcLimits.parties) return mpcRules.partiesTooMany();
  return isLonger(label, "label") ? mpcRules.labelTooLong() : undefined;
}

function isLonger(text: string, limit: "label" | "value" | "proposal"): boolean {
  return utf8(text).length > mpcLimits[limit];
}

function refuse(data: string): { readonly ok: false; readonly error: RpcErrorObject } {
  return { ok: false, error: mpcInvalidParams(data) };
}
