import { describe, expect, it } from "vitest";
import { defineMethod, MAX_BATCH, MAX_DEPTH } from "../src/index.ts";
import { Asking } from "./asking.ts";
import { broken, echo, refusing, silent } from "./methods.ts";

const methods = [echo, silent, refusing, broken];

describe("a request", () => {
  const v2 = '"jsonrpc":"2.0"';
  it.each<[title: string, sent: string, status: number, body: string | undefined]>([
    ["of no version", '{"id":1,"method":"silent"}', 200, '{"result":null,"error":null,"id":1}'],
    ["of 1.0", '{"jsonrpc":"1.0","id":1,"method":"silent"}', 200, '{"result":null,"error":null,"id":1}'],
    ["of null", '{"jsonrpc":null,"id":1,"method":"silent"}', 200, '{"result":null,"error":null,"id":1}'],
    ["of 2.0", `{${v2},"id":1,"method":"silent"}`, 200, `{${v2},"result":null,"id":1}`],
    ["of null parameters", `{${v2},"id":1,"method":"silent","params":null}`, 200, `{${v2},"result":null,"id":1}`],
    ["without an id by the older rules", '{"method":"silent"}', 200, '{"result":null,"error":null}'],
    ["without an id by 2.0", `{${v2},"method":"silent"}`, 204, undefined],
    ["with the id null", `{${v2},"id":null,"method":"silent"}`, 200, `{${v2},"result":null,"id":null}`],
    [
      "that fails by the older rules",
      '{"id":1,"method":"refusing"}',
      500,
      '{"result":null,"error":{"code":-25,"message":"It does not verify"},"id":1}',
    ],
    [
      "that fails by 2.0",
      `{${v2},"id":1,"method":"refusing"}`,
      200,
      `{${v2},"error":{"code":-25,"message":"It does not verify"},"id":1}`,
    ],
    [
      "of a method that does not exist, by the older rules",
      '{"id":1,"method":"none"}',
      404,
      '{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}',
    ],
  ])("%s", async (_, sent, status, body) => {
    const answer = await new Asking(methods).raw(sent);
    expect(answer).toEqual(body === undefined ? { status } : { status, body: `${body}\n` });
  });

  it.each<[sent: string, code: number, message: string, status: number]>([
    ['{"jsonrpc":"3.0","id":1,"method":"silent"}', -32600, "JSON-RPC version not supported", 400],
    ['{"jsonrpc":2.0,"id":1,"method":"silent"}', -32600, "jsonrpc field must be a string", 400],
    ['{"id":1}', -32600, "Missing method", 400],
    ['{"jsonrpc":"2.0","id":1}', -32600, "Missing method", 400],
    ['{"id":1,"method":null}', -32600, "Missing method", 400],
    ['{"id":1,"method":["silent"]}', -32600, "Method must be a string", 400],
    ['{"id":1,"method":"silent","params":"x"}', -32600, "Params must be an array or object", 400],
    ["1", -32700, "Top-level object parse error", 500],
    ['"silent"', -32700, "Top-level object parse error", 500],
    ["null", -32700, "Top-level object parse error", 500],
    ["", -32700, "Parse error", 500],
    ["{", -32700, "Parse error", 500],
    ['{"id":1,"id":2,"method":"silent"}', -32700, "Parse error", 500],
    [`{"method":"silent","id":${"[".repeat(MAX_DEPTH)}${"]".repeat(MAX_DEPTH)}}`, -32700, "Parse error", 500],
    ['\ufeff{"id":1,"method":"silent"}', -32700, "Parse error", 500],
  ])("%s cannot be read", async (sent, code, message, status) => {
    const { status: actual, body } = await new Asking(methods).ask(sent);
    expect(actual).toBe(status);
    expect(body).toMatchObject({ error: { code, message } });
    expect((body as { id: unknown }).id).toBe(code === -32700 ? null : 1);
  });

  it("whose text is not UTF-8 cannot be read", async () => {
    const bytes = new TextEncoder().encode('{"id":"?","method":"silent"}');
    bytes[7] = 0xff;
    expect((await new Asking(methods).raw(bytes)).status).toBe(500);
  });

  it("nests as deep as may be", async () => {
    const id = `${"[".repeat(MAX_DEPTH - 1)}${"]".repeat(MAX_DEPTH - 1)}`;
    expect((await new Asking(methods).raw(`{"method":"silent","id":${id}}`)).body).toContain(`"id":${id}`);
  });
});

describe("an id", () => {
  it.each(["1", '"a"', "null", "1.0", "1e3", "-0", "12345678901234567890", "0.1", "true", '{"a":[1]}', '"\\u00e9"'])(
    "%s comes back as it came",
    async (id) => {
      const { body = "" } = await new Asking(methods).raw(`{"jsonrpc":"2.0","id" : ${id},"method":"silent"}`);
      const sent = id === '"\\u00e9"' ? '"é"' : id;
      expect(body).toBe(`{"jsonrpc":"2.0","result":null,"id":${sent}}\n`);
    },
  );

  it("of each request of a batch comes back as it came, whatever stands in the arguments", async () => {
    const sent =
      '[{"id":1.0,"method":"silent"},{"id":1,"method":"echo","params":["a",null,null,{"id":2.50}]},{"id":-0,"method":"silent"}]';
    const { body = "" } = await new Asking(methods).raw(sent);
    expect([...body.matchAll(/"id":([^,}\]]+)}(?=[,\]])/g)].map(([, id]) => id)).toEqual(["1.0", "1", "-0"]);
    expect(body).toContain('"object":{"id":2.5}');
  });
});

describe("a batch", () => {
  it("mixes versions, and its answers are in order", async () => {
    const sent = '[{"id":1,"method":"refusing"},{"jsonrpc":"2.0","id":2,"method":"refusing"},{"method":"silent"}]';
    const error = { code: -25, message: "It does not verify" };
    expect(await new Asking(methods).ask(sent)).toEqual({
      status: 200,
      body: [
        { result: null, error, id: 1 },
        { jsonrpc: "2.0", error, id: 2 },
        { result: null, error: null },
      ],
    });
  });

  it("has an error for a request of 2.0 that cannot be read, with an id or without", async () => {
    const { body } = await new Asking(methods).ask('[{"jsonrpc":"2.0"},{"jsonrpc":"2.0","id":7,"method":1}]');
    expect(body).toEqual([
      { jsonrpc: "2.0", error: { code: -32600, message: "Missing method" }, id: null },
      { jsonrpc: "2.0", error: { code: -32600, message: "Method must be a string" }, id: 7 },
    ]);
  });

  it("may have so many requests, and not one more", async () => {
    const of = (count: number) => `[${Array.from({ length: count }, () => '{"id":1,"method":"silent"}').join()}]`;
    const asking = new Asking(methods);
    const { status, body } = await asking.ask(of(MAX_BATCH));
    expect([status, (body as unknown[]).length]).toEqual([200, MAX_BATCH]);
    expect(await asking.ask(of(MAX_BATCH + 1))).toMatchObject({ status: 400, body: { error: { code: -32600 } } });
  });

  it("is carried out as long as its answers are not too many bytes", async () => {
    let calls = 0;
    const run = () => {
      calls += 1;
      return "x".repeat(16 * 1024 * 1024);
    };
    const large = defineMethod({ ...silent, name: "large", arguments: {}, run });
    const { status, body } = await new Asking([large]).ask(
      `[${Array.from({ length: 100 }, (_, id) => `{"id":${id},"method":"large"}`).join()}]`,
    );
    const replies = body as { readonly error: unknown; readonly id: number }[];
    expect([status, calls, replies.length]).toEqual([200, 4, 100]);
    expect(replies.slice(0, 4).map(({ error }) => error)).toEqual([null, null, null, null]);
    expect(replies[99]).toMatchObject({ id: 99, error: { code: -1, message: expect.stringContaining("64 MiB") } });
  });
});

describe("a user with a whitelist", () => {
  const asking = () => new Asking(methods, { mayCall: (method) => method === "silent" });

  it("may call what is on it", async () => {
    expect((await asking().ask('{"id":1,"method":"silent"}')).status).toBe(200);
  });

  it.each([
    '{"id":1,"method":"refusing"}',
    '{"jsonrpc":"2.0","method":"refusing"}',
    '{"id":1,"method":"none"}',
    '[{"id":1,"method":"silent"},{"id":2,"method":"refusing"}]',
  ])("is answered 403 without a body for %s", async (sent) => {
    expect(await asking().raw(sent)).toEqual({ status: 403 });
  });
});

it("a call waits as its caller lets it, if its method is one that waits, and only then", async () => {
  const waited: string[] = [];
  const both = [echo, { ...silent, waits: true }];
  const asking = new Asking(both, {
    waiting: (run) => {
      waited.push("waits");
      return run();
    },
  });
  expect(await asking.result("echo", ["a"])).toMatchObject({ text: "a" });
  expect(waited).toEqual([]);
  expect(await asking.result("silent")).toBeNull();
  expect(waited).toEqual(["waits"]);
});

describe("a daemon", () => {
  it("that starts says how far it is, for every method", async () => {
    const asking = new Asking(methods);
    asking.phase = { state: "starting", status: "Opening sessions" };
    expect(await asking.error("silent")).toEqual({ code: -28, message: "Opening sessions" });
    expect(await asking.error("none")).toEqual({ code: -28, message: "Opening sessions" });
  });

  it("that stops carries nothing out any more", async () => {
    const asking = new Asking(methods);
    asking.phase = { state: "stopping" };
    expect(await asking.error("silent")).toEqual({ code: -9, message: "Shutting down" });
  });

  it("says nothing of a fault of its own to callers", async () => {
    const asking = new Asking(methods);
    expect(await asking.error("broken")).toEqual({ code: -32603, message: "Internal error" });
    expect(asking.faults).toEqual([new Error("secret details")]);
  });
});
