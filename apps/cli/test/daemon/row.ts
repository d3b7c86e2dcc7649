import type { Sent } from "./http.ts";
import type { Serving } from "./serving.ts";

/** What a node answers, topic by topic: the rows that every daemon that calls itself scriptable like one has to pass. */
export interface Row {
  readonly topic: string;
  readonly title: string;
  /** Options of the daemon. */
  readonly args?: readonly string[];
  readonly sent: Sent | ((serving: Serving) => Sent);
  readonly status: number;
  /** JSON for an object, text for a text; left out: there is no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export const json = { "content-type": "application/json" };
/** A call that works, and its answer. */
export const ping = '{"jsonrpc":"2.0","id":1,"method":"uptime"}';
export const pong = { jsonrpc: "2.0", result: 0, id: 1 };
export const methodNotFound = { code: -32601, message: "Method not found" };

/** A request of these fields. */
export const request = (fields: object) => ({ body: JSON.stringify(fields) });

/** An answer by the older rules. */
export const legacy = (error: object | null, id?: unknown, result: unknown = null) => ({
  result,
  error,
  ...(id === undefined ? {} : { id }),
});
