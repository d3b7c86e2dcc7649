import { describe, expect, it } from "vitest";
import { Asking } from "./asking.ts";
import { section7 } from "./methods.ts";

const ok = (result: unknown, id: unknown) => ({ jsonrpc: "2.0", result, id });
const failed = (code: number, message: string, id: unknown) => ({ jsonrpc: "2.0", error: { code, message }, id });
/** What is no request of any version is answered as a node does: by the older rules. */
const older = (code: number, message: string) => ({ result: null, error: { code, message }, id: null });

interface Row {
  readonly title: string;
  readonly sent: string;
  readonly status: number;
  readonly answer: unknown;
  readonly heard?: readonly string[];
}

/** All examples of JSON-RPC 2.0, section 7, in its order. Where a node answers otherwise, `answer` says how. */
const rows: readonly Row[] = [
  {
    title: "positional parameters",
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
    status: 200,
    answer: ok(19, 1),
  },
  {
    title: "positional parameters, the other way round",
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
    status: 200,
    answer: ok(-19, 2),
  },
  {
    title: "named parameters",
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    status: 200,
    answer: ok(19, 3),
  },
  {
    title: "named parameters in another order",
    sent: '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
    status: 200,
    answer: ok(19, 4),
  },
  {
    title: "a notification",
    sent: '{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
    status: 204,
    answer: undefined,
    heard: ["update"],
  },
  {
    title: "a notification of a method that does not exist",
    sent: '{"jsonrpc": "2.0", "method": "foobar"}',
    status: 204,
    answer: undefined,
  },
  {
    title: "a method that does not exist",
    sent: '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}',
    status: 200,
    answer: failed(-32601, "Method not found", "1"),
  },
  {
    title: "invalid JSON: by the older rules, with the status 500",
    sent: '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    status: 500,
    answer: older(-32700, "Parse error"),
  },
  {
    title: "an invalid request: with the status 400 and a reason",
    sent: '{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
    status: 400,
    answer: failed(-32600, "Method must be a string", null),
  },
  {
    title: "a batch of invalid JSON",
    sent: '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
    status: 500,
    answer: older(-32700, "Parse error"),
  },
  { title: "an empty batch: an empty answer, and no error", sent: "[]", status: 200, answer: [] },
  {
    title: "a batch of one that is no request",
    sent: "[1]",
    status: 200,
    answer: [older(-32600, "Invalid Request object")],
  },
  {
    title: "a batch of three that are none",
    sent: "[1,2,3]",
    status: 200,
    answer: Array.from({ length: 3 }, () => older(-32600, "Invalid Request object")),
  },
  {
    title: "a mixed batch",
    sent: `[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`,
    status: 200,
    answer: [
      ok(7, "1"),
      ok(19, "2"),
      older(-32600, "Missing method"),
      failed(-32601, "Method not found", "5"),
      ok(["hello", 5], "9"),
    ],
    heard: ["notify_hello"],
  },
  {
    title: "a batch of notifications",
    sent: `[
      {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
    ]`,
    status: 204,
    answer: undefined,
    heard: ["notify_sum", "notify_hello"],
  },
];

describe("the examples of JSON-RPC 2.0, section 7", () => {
  it.each(rows)("$title", async ({ sent, status, answer, heard = [] }) => {
    const { methods, heard: actual } = section7();
    expect(await new Asking(methods).ask(sent)).toEqual({ status, body: answer });
    expect(actual).toEqual(heard);
  });
});
