import {
  decodeRpc,
  encodeBatch,
  encodeFailure,
  encodeNotificationText,
  encodeRequest,
  encodeSuccess,
  encodeSuccessText,
  MAX_BATCH,
} from "@countersign/rpc";
import { describe, expect, it } from "vitest";

const only = (text: string) => {
  const { batch, messages } = decodeRpc(text);
  expect(batch).toBe(false);
  expect(messages).toHaveLength(1);
  return messages[0];
};

const refusal = (code: number, id: unknown = null) =>
  expect.objectContaining({ type: "invalid", id, error: expect.objectContaining({ code }) });

describe("the examples of JSON-RPC 2.0, section 7", () => {
  it("reads a call with positional parameters", () => {
    expect(only('{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}')).toEqual({
      type: "request",
      id: 1,
      method: "subtract",
      params: [42, 23],
    });
    expect(only('{"jsonrpc": "2.0", "result": 19, "id": 1}')).toEqual({ type: "success", id: 1, result: 19 });
  });

  it("reads a call with named parameters, in any order", () => {
    expect(
      only('{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}'),
    ).toEqual({ type: "request", id: 4, method: "subtract", params: { subtrahend: 23, minuend: 42 } });
  });

  it("reads notifications, with and without parameters", () => {
    expect(only('{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}')).toEqual({
      type: "notification",
      method: "update",
      params: [1, 2, 3, 4, 5],
    });
    expect(only('{"jsonrpc": "2.0", "method": "foobar"}')).toEqual({
      type: "notification",
      method: "foobar",
      params: undefined,
    });
  });

  it("reads the answer of a call of a method that does not exist", () => {
    expect(only('{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}')).toEqual({
      type: "failure",
      id: "1",
      error: { code: -32601, message: "Method not found" },
    });
  });

  it("refuses invalid JSON, an invalid request, and an invalid batch", () => {
    expect(only('{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]')).toEqual(refusal(-32700));
    expect(only('{"jsonrpc": "2.0", "method": 1, "params": "bar"}')).toEqual(refusal(-32600));
    expect(
      only('[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]'),
    ).toEqual(refusal(-32700));
    expect(only("[]")).toEqual(refusal(-32600));
  });

  it("answers each wrong element of a batch", () => {
    expect(decodeRpc("[1]")).toEqual({ batch: true, messages: [refusal(-32600)] });
    expect(decodeRpc("[1,2,3]").messages).toEqual([refusal(-32600), refusal(-32600), refusal(-32600)]);
  });

  it("reads a batch of everything", () => {
    const { batch, messages } = decodeRpc(`[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`);
    expect(batch).toBe(true);
    expect(messages.map((message) => message.type)).toEqual([
      "request",
      "notification",
      "request",
      "invalid",
      "request",
      "request",
    ]);
  });
});

describe("strictness", () => {
  it("takes a batch at the limit and refuses one above", () => {
    const call = encodeRequest(1, "m");
    expect(decodeRpc(encodeBatch(Array(MAX_BATCH).fill(call))).messages).toHaveLength(MAX_BATCH);
    expect(only(encodeBatch(Array(MAX_BATCH + 1).fill(call)))).toEqual(refusal(-32600));
  });

  it("takes nesting at the limit and refuses one above, however deep", () => {
    // The request itself is one level.
    const nested = (depth: number) =>
      `{"jsonrpc":"2.0","method":"m","params":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(only(nested(31))).toMatchObject({ type: "notification" });
    expect(only(nested(32))).toEqual(refusal(-32700));
    expect(only("[".repeat(60_000))).toEqual(refusal(-32700));
    expect(only('{"a":'.repeat(10_000))).toEqual(refusal(-32700));
  });

  it.each([
    ["twice the same", '{"jsonrpc":"2.0","method":"a","method":"b"}'],
    ["the same in other letters", '{"jsonrpc":"2.0","method":"a","m\\u0065thod":"b"}'],
    ["in the depth", '{"jsonrpc":"2.0","method":"a","params":[{"x":{"to":1, "to" :2}}]}'],
    ["after a value that looks like a name", '{"jsonrpc":"2.0","method":"a","params":{"x":"y","z":"\\"","x":1}}'],
  ])("refuses a name that an object has twice: %s", (_, text) => {
    expect(JSON.parse(text)).toBeTypeOf("object");
    expect(only(text)).toEqual(refusal(-32700));
  });

  it("takes the same name in different objects, and equal strings that are no names", () => {
    expect(
      only('{"jsonrpc":"2.0","method":"m","params":[{"to":1},{"to":1},"to","to",{"a":["a","a"],"b":"a"}]}'),
    ).toEqual(expect.objectContaining({ type: "notification" }));
  });

  it("keeps __proto__ and its friends out of prototypes", () => {
    const message = only(
      '{"jsonrpc":"2.0","method":"m","__proto__":{"id":7},"params":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    );
    expect(message).toMatchObject({ type: "notification" });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(only('{"__proto__":{"jsonrpc":"2.0","method":"m","id":1}}')).toEqual(refusal(-32600));
  });

  it.each([
    ["1.5", -32600],
    ["9007199254740992", -32600],
    ["1e400", -32600],
    ["true", -32600],
    ["{}", -32600],
    ["[1]", -32600],
  ])("refuses the id %s", (id, code) => {
    expect(only(`{"jsonrpc":"2.0","method":"m","id":${id}}`)).toEqual(refusal(code));
  });

  it.each(["1", "0", "-7", "9007199254740991", '"a"', '""', "null"])("takes the id %s", (id) => {
    expect(only(`{"jsonrpc":"2.0","method":"m","id":${id}}`)).toMatchObject({ type: "request", id: JSON.parse(id) });
  });

  it("gives an invalid request back under its id if it has one", () => {
    expect(only('{"jsonrpc":"1.0","method":"m","id":3}')).toEqual(refusal(-32600, 3));
    expect(only('{"jsonrpc":"2.0","method":"m","id":"x","params":null}')).toEqual(refusal(-32600, "x"));
    expect(only('{"jsonrpc":"2.0","id":4,"result":1,"error":{"code":1,"message":""}}')).toEqual(refusal(-32600, 4));
    expect(only('{"jsonrpc":"2.0","id":4,"error":{"code":"1","message":""}}')).toEqual(refusal(-32600, 4));
    expect(only('{"jsonrpc":"2.0","id":4,"error":null}')).toEqual(refusal(-32600, 4));
    expect(only('{"jsonrpc":"2.0","result":1}')).toEqual(refusal(-32600));
  });

  it("reads what it writes", () => {
    const error = { code: -32000, message: "no", data: { code: "relay.unavailable" } };
    expect(only(encodeRequest(1, "m", { a: "\u2028\ud800" }))).toEqual({
      type: "request",
      id: 1,
      method: "m",
      params: { a: "\u2028\ud800" },
    });
    expect(only(encodeSuccess("1", {}))).toEqual({ type: "success", id: "1", result: {} });
    expect(encodeNotificationText("m", `{"n":0.10}`)).toBe(`{"jsonrpc":"2.0","method":"m","params":{"n":0.10}}`);
    expect(encodeSuccessText('"', '{"n":18446744073709551615}')).toBe(
      '{"jsonrpc":"2.0","id":"\\"","result":{"n":18446744073709551615}}',
    );
    expect(only(encodeFailure(null, error))).toEqual({ type: "failure", id: null, error });
  });
});
