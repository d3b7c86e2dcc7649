/** The two ways to speak to the relay. */
export type Dialect = "countersign.v1" | "mpc-websocket";

/** One answer: the id as it is written in JSON, absent where the dialect leaves it out, and what went wrong if anything. */
export interface Reply {
  readonly id?: string;
  /** The number of the error, or what the relay calls it: `data.code`, in mpc-websocket words of the message. */
  readonly error?: number | string;
}

/** What the relay has to do with a text. */
export type Expected =
  | { readonly type: "reply"; readonly reply: Reply }
  /** The answers of a batch, in any order. */
  | { readonly type: "batch"; readonly replies: readonly Reply[] }
  | { readonly type: "silence" }
  | { readonly type: "closed"; readonly code: number };

/** A text for the relay, and what it has to do with it. */
export interface Case {
  readonly name: string;
  readonly dialect: Dialect;
  /** Bytes where the text is none. */
  readonly sent: string | Uint8Array;
  readonly expected: Expected;
}

/** A case without its dialect. */
export type Line = readonly [name: string, sent: string, expected: Expected];

/** Numbers that JSON-RPC 2.0 gives to errors. */
export const PARSE = -32700;
export const INVALID_REQUEST = -32600;
export const UNKNOWN_METHOD = -32601;
export const INVALID_PARAMS = -32602;

export const silence: Expected = { type: "silence" };
export const closed = (code: number): Expected => ({ type: "closed", code });

/** An answer with a result. */
export const result = (id = "1"): Expected => ({ type: "reply", reply: { id } });

/** An answer with an error. */
export const refused = (error: number | string, id = "1"): Expected => ({ type: "reply", reply: { id, error } });

/** What is no JSON: countersign.v1 says so, mpc-websocket has no answer to it. */
export const unreadable = (dialect: Dialect): Expected =>
  dialect === "countersign.v1" ? refused(PARSE, "null") : silence;

/** A call, its arguments as JSON. */
export const request = (method: string, params: string, id = "1"): string =>
  `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`;

/** A call to a method that no relay has: whoever reads it answers -32601. */
export const carrier = (params: string, id = "1"): string => request("?", params, id);

/** A call under an id that is written like this. */
export const underId = (id: string, expected: Expected): Line => [`id ${id.slice(0, 20)}`, carrier("[]", id), expected];

/** An id that comes back as it was written. */
export const echoed = (id: string): Line => underId(id, refused(UNKNOWN_METHOD, id));

/** An id that takes most of a message. */
export const LONG_ID = JSON.stringify("i".repeat(60_000));

/** The same case in both dialects. */
export function inBoth(name: string, sent: string | Uint8Array, expected: (dialect: Dialect) => Expected): Case[] {
  const dialects: readonly Dialect[] = ["countersign.v1", "mpc-websocket"];
  return dialects.map((dialect) => ({ name, dialect, sent, expected: expected(dialect) }));
}

/** What is too long or too wild for a name of a case. */
export function titleOf(text: string): string {
  const shown = JSON.stringify(text.length > 48 ? `${text.slice(0, 48)}…` : text);
  return text.length > 48 ? `${shown} (${text.length})` : shown;
}
