import { type ErrorObject, errorCodes } from "../error.ts";
import type { Address } from "./request.ts";

/** What a call came to: its result as JSON text, or an error. */
export type Outcome = { readonly result: string } | { readonly error: ErrorObject };

/** The text of one answer. */
export function replyText({ version, id }: Address, outcome: Outcome): string {
  const head = version === "2.0" ? '"jsonrpc":"2.0",' : "";
  const tail = id === undefined ? "" : `,"id":${id}`;
  return `{${head}${version === "2.0" ? partOf(outcome) : bothOf(outcome)}${tail}}`;
}

function partOf(outcome: Outcome): string {
  return "result" in outcome ? `"result":${outcome.result}` : `"error":${JSON.stringify(outcome.error)}`;
}

function bothOf(outcome: Outcome): string {
  return "result" in outcome
    ? `"result":${outcome.result},"error":null`
    : `"result":null,"error":${JSON.stringify(outcome.error)}`;
}

/** The status of HTTP that goes with an error by the older rules. */
export function statusOf({ code }: ErrorObject): number {
  if (code === errorCodes.invalidRequest) return 400;
  return code === errorCodes.methodNotFound ? 404 : 500;
}
