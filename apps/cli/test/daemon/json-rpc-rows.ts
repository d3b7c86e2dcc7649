import { expect } from "vitest";
import { json, legacy, methodNotFound, ping, pong, type Row, request } from "./row.ts";

const v2Error = (code: number, message: unknown, id: unknown) => ({ jsonrpc: "2.0", error: { code, message }, id });

/** What JSON-RPC says: versions, ids, arguments, batches, errors. */
export const jsonRpcRows: readonly Row[] = [
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
