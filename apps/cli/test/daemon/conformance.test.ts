import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DEFAULT_PORT } from "../../src/daemon/config/options.ts";
import type { Response, Sent } from "./http.ts";
import { type Serving, serving, servingMethods } from "./serving.ts";

/** What a node answers, topic by topic: the rows that every daemon that calls itself scriptable like one has to pass. */
interface Row {
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

const json = { "content-type": "application/json" };
const refusal = { "www-authenticate": 'Basic realm="jsonrpc"' };
const ping = '{"jsonrpc":"2.0","id":1,"method":"uptime"}';
const pong = { jsonrpc: "2.0", result: 0, id: 1 };
const user = ["-rpcuser=alice", "-rpcpassword=päss:word"];
const alice = { user: "alice:päss:word" };
const hmac = createHmac("sha256", "5a17").update("secret").digest("hex");
const request = (fields: object) => ({ body: JSON.stringify(fields) });
const legacy = (error: object | null, id?: unknown, result: unknown = null) => ({
  result,
  error,
  ...(id === undefined ? {} : { id }),
});
const v2Error = (code: number, message: unknown, id: unknown) => ({ jsonrpc: "2.0", error: { code, message }, id });
const methodNotFound = { code: -32601, message: "Method not found" };

const rows: readonly Row[] = [
  // Method and path
  ...["GET", "PUT", "DELETE", "HEAD"].map((method): Row => {
    const body = method === "HEAD" ? {} : { body: "JSONRPC server handles only POST requests" };
    return { topic: "method / path", title: method, sent: { method }, status: 405, ...body };
  }),
  { topic: "method / path", title: "/", sent: { body: ping }, status: 200, body: pong },
  { topic: "method / path", title: "a wallet", sent: { path: "/wallet/", body: ping }, status: 200, body: pong },
  {
    topic: "method / path",
    title: "a named wallet",
    sent: { path: "/wallet/w%20x", body: ping },
    status: 200,
    body: pong,
  },
  ...["/x", "/wallet", "/?x", "//", "/rest/chaininfo.json"].map((path): Row => {
    return { topic: "method / path", title: path, sent: { path, body: ping }, status: 404 };
  }),
  {
    topic: "method / path",
    title: "another path comes before another method",
    sent: { method: "GET", path: "/x" },
    status: 404,
  },
  {
    topic: "method / path",
    title: "another method comes before who asks",
    sent: { method: "GET", headers: {} },
    status: 405,
    body: "JSONRPC server handles only POST requests",
  },

  // Content type
  ...["text/plain;", "application/json", "application/x-www-form-urlencoded", "nonsense"].map((type): Row => {
    const sent = (s: Serving) => ({ user: s.cookie(), headers: { "content-type": type }, body: ping });
    return { topic: "content type", title: type, sent, status: 200, body: pong, headers: json };
  }),
  {
    topic: "content type",
    title: "of an error",
    sent: request({ method: "none" }),
    status: 404,
    body: legacy(methodNotFound),
    headers: json,
  },

  // Version choice
  ...(
    [
      ["2.0", { jsonrpc: "2.0" }, pong],
      ["1.0", { jsonrpc: "1.0" }, legacy(null, 1, 0)],
      ["1.1", { version: "1.1" }, legacy(null, 1, 0)],
      ["null", { jsonrpc: null }, legacy(null, 1, 0)],
      ["none", {}, legacy(null, 1, 0)],
    ] as const
  ).map(([title, fields, body]): Row => {
    return { topic: "version choice", title, sent: request({ ...fields, id: 1, method: "uptime" }), status: 200, body };
  }),
  ...(
    [
      ["another", "1.1", "JSON-RPC version not supported"],
      ["another", "3", "JSON-RPC version not supported"],
      ["no text", 2, "jsonrpc field must be a string"],
      ["no text", true, "jsonrpc field must be a string"],
    ] as const
  ).map(([title, jsonrpc, message]): Row => {
    const body = legacy({ code: -32600, message }, 1);
    return {
      topic: "version choice",
      title: `${title}: ${jsonrpc}`,
      sent: request({ jsonrpc, id: 1, method: "uptime" }),
      status: 400,
      body,
    };
  }),

  // Replies
  {
    topic: "legacy reply",
    title: "invalid request",
    sent: request({ id: 1 }),
    status: 400,
    body: legacy({ code: -32600, message: "Missing method" }, 1),
  },
  {
    topic: "legacy reply",
    title: "unknown method",
    sent: request({ id: 1, method: "none" }),
    status: 404,
    body: legacy(methodNotFound, 1),
  },
  {
    topic: "legacy reply",
    title: "every other error",
    sent: request({ id: 1, method: "help", params: [1] }),
    status: 500,
    body: legacy({ code: -3, message: expect.stringContaining("Wrong type passed:\n") }, 1),
  },
  {
    topic: "v2 reply",
    title: "an error",
    sent: request({ jsonrpc: "2.0", id: "a", method: "none" }),
    status: 200,
    body: v2Error(-32601, "Method not found", "a"),
  },
  {
    topic: "v2 reply",
    title: "a wrong type",
    sent: request({ jsonrpc: "2.0", id: "a", method: "help", params: [1] }),
    status: 200,
    body: v2Error(-3, expect.stringContaining("Position 1 (command)"), "a"),
  },

  // Before the version is known
  {
    topic: "errors before version is known",
    title: "no JSON",
    sent: { body: "{" },
    status: 500,
    body: legacy({ code: -32700, message: "Parse error" }, null),
  },
  {
    topic: "errors before version is known",
    title: "nothing",
    sent: { body: "" },
    status: 500,
    body: legacy({ code: -32700, message: "Parse error" }, null),
  },
  {
    topic: "errors before version is known",
    title: "a scalar",
    sent: { body: "1" },
    status: 500,
    body: legacy({ code: -32700, message: "Top-level object parse error" }, null),
  },
  {
    topic: "errors before version is known",
    title: "no object",
    sent: { body: "[1]" },
    status: 200,
    body: [legacy({ code: -32600, message: "Invalid Request object" }, null)],
  },
  {
    topic: "errors before version is known",
    title: "2.0 without a method",
    sent: request({ jsonrpc: "2.0", id: 3 }),
    status: 400,
    body: v2Error(-32600, "Missing method", 3),
  },

  // Id
  ...[1, -1, "a", null, true, [1], { a: 1 }].map((id): Row => {
    return {
      topic: "id",
      title: JSON.stringify(id),
      sent: request({ id, method: "uptime" }),
      status: 200,
      body: legacy(null, id, 0),
    };
  }),
  {
    topic: "id",
    title: "none, by the older rules",
    sent: request({ method: "uptime" }),
    status: 200,
    body: legacy(null, undefined, 0),
  },
  {
    topic: "id",
    title: "none, by 2.0",
    sent: request({ jsonrpc: "2.0", method: "uptime" }),
    status: 204,
    headers: { "content-type": undefined },
  },

  // Parameters
  ...["x", 1, true].map((params): Row => {
    const body = legacy({ code: -32600, message: "Params must be an array or object" }, 1);
    return {
      topic: "params",
      title: JSON.stringify(params),
      sent: request({ id: 1, method: "uptime", params }),
      status: 400,
      body,
    };
  }),
  ...[[], {}, null, undefined].map((params): Row => {
    return {
      topic: "params",
      title: `${JSON.stringify(params)}`,
      sent: request({ id: 1, method: "uptime", params }),
      status: 200,
      body: legacy(null, 1, 0),
    };
  }),
  ...[{ command: "none" }, { args: ["none"] }].map((params): Row => {
    const body = legacy(null, 1, "help: unknown command: none");
    return {
      topic: "named params",
      title: JSON.stringify(params),
      sent: request({ id: 1, method: "help", params }),
      status: 200,
      body,
    };
  }),
  ...(
    [
      [{ verb: "x" }, "Unknown named parameter verb"],
      [{ args: ["x"], command: "y" }, "Parameter command specified twice both as positional and named argument"],
    ] as const
  ).map(([params, message]): Row => {
    const body = legacy({ code: -8, message }, 1);
    return {
      topic: "named params",
      title: message,
      sent: request({ id: 1, method: "help", params }),
      status: 500,
      body,
    };
  }),

  // Batch
  { topic: "batch", title: "empty", sent: { body: "[]" }, status: 200, body: [] },
  {
    topic: "batch",
    title: "of all versions, in order, without notifications",
    sent: { body: `[${ping},{"id":2,"method":"none"},{"jsonrpc":"2.0","method":"uptime"},{"method":"uptime"}]` },
    status: 200,
    body: [pong, legacy(methodNotFound, 2), legacy(null, undefined, 0)],
    headers: json,
  },
  { topic: "batch", title: "of notifications", sent: { body: '[{"jsonrpc":"2.0","method":"uptime"}]' }, status: 204 },
  {
    topic: "unknown method",
    title: "of the family",
    sent: request({ id: 1, method: "cosign.nonsense" }),
    status: 404,
    body: legacy(methodNotFound, 1),
  },

  // Who asks
  { topic: "auth", title: "nobody", sent: { headers: {}, body: ping }, status: 401, headers: refusal },
  {
    topic: "auth",
    title: "a name with any capitals of the scheme",
    args: user,
    sent: { headers: { authorization: `bAsIc ${btoa("alice:p\u00c3\u00a4ss:word")}` }, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "a user with a password",
    args: user,
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "a password alone",
    args: ["-rpcpassword=x"],
    sent: { user: ":x", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "the cookie",
    sent: (s) => ({ user: s.cookie(), body: ping }),
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "rpcauth",
    args: [`-rpcauth=bob:5a17$${hmac}`],
    sent: { user: "bob:secret", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "one of several rpcauth, with capital digits",
    args: [`-rpcauth=carol:00$${"0".repeat(64)}`, `-rpcauth=bob:5a17$${hmac.toUpperCase()}`],
    sent: { user: "bob:secret", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "the cookie beside rpcauth",
    args: [`-rpcauth=bob:5a17$${hmac}`],
    sent: (s) => ({ user: s.cookie(), body: ping }),
    status: 200,
    body: pong,
  },

  // What they may
  {
    topic: "whitelist",
    title: "what is on it",
    args: [...user, "-rpcwhitelist=alice:uptime,help"],
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "whitelist",
    title: "what is not",
    args: [...user, "-rpcwhitelist=alice:help"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "what only one of two allows",
    args: [...user, "-rpcwhitelist=alice:help,uptime", "-rpcwhitelist=alice:help,stop"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a batch of which one is not on it",
    args: [...user, "-rpcwhitelist=alice:uptime"],
    sent: { ...alice, body: `[${ping},{"id":2,"method":"help"}]` },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a user without one",
    args: [...user, "-rpcwhitelist=bob:help"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a user without one who may",
    args: [...user, "-rpcwhitelist=bob:help", "-rpcwhitelistdefault=0"],
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "whitelist",
    title: "nobody has one, and nobody may",
    args: [...user, "-rpcwhitelistdefault"],
    sent: { ...alice, body: ping },
    status: 403,
  },

  // Help
  {
    topic: "help",
    title: "all",
    sent: request({ id: 1, method: "help" }),
    status: 200,
    body: legacy(null, 1, expect.stringMatching(/^== Control ==\n[\s\S]*\n\n== Cosign ==\ncosign\./)),
  },
  {
    topic: "help",
    title: "of one",
    sent: request({ id: 1, method: "help", params: ["uptime"] }),
    status: 200,
    body: legacy(
      null,
      1,
      expect.stringMatching(/^uptime\n\n[\s\S]*\n\nResult:\n[\s\S]*\n\nExamples:\n> countersign rpc /),
    ),
  },
  {
    topic: "help",
    title: "of none is no error",
    sent: request({ id: 1, method: "help", params: ["x"] }),
    status: 200,
    body: legacy(null, 1, "help: unknown command: x"),
  },
  {
    topic: "error codes",
    title: "-1 with the help for too many arguments",
    sent: request({ id: 1, method: "uptime", params: [1] }),
    status: 500,
    body: legacy({ code: -1, message: expect.stringMatching(/^uptime\n/) }, 1),
  },
];

describe.each([...new Set(rows.map(({ topic }) => topic))])("%s", (topic) => {
  it.each(rows.filter((row) => row.topic === topic))(
    "$title",
    async ({ args = [], sent, status, body, headers = {} }) => {
      const one = await serving(...args);
      const response = await one.send(typeof sent === "function" ? sent(one) : sent);
      expect({ status: response.status, body: bodyOf(response) }).toEqual({ status, body });
      for (const [name, value] of Object.entries(headers))
        expect([name, response.headers[name]]).toEqual([name, value]);
    },
  );
});

/** JSON ends with a line feed; an empty body is none. */
function bodyOf({ text, headers }: Response): unknown {
  if (text === "") return undefined;
  if (headers["content-type"] !== "application/json") return text;
  expect(text.endsWith("}\n") || text.endsWith("]\n")).toBe(true);
  return JSON.parse(text);
}

describe("warm-up", () => {
  it("every method answers how far it is", async () => {
    const { send } = await servingMethods([], { phase: { state: "starting", status: "Opening sessions" } });
    const { status, text } = await send({ id: 1, method: "none" });
    expect([status, JSON.parse(text)]).toEqual([500, legacy({ code: -28, message: "Opening sessions" }, 1)]);
  });
});

describe("ports", () => {
  it("8339, so that a node may have its own", () => expect(DEFAULT_PORT).toBe(8339));
});
