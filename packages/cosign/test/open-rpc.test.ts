import jsonSchema from "@json-schema-tools/meta-schema";
import metaSchema from "@open-rpc/meta-schema";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { createRpc } from "../src/index.ts";
import { forms } from "./asking.ts";

const rpc = createRpc({
  version: "1.2.3",
  gitCommit: "abc",
  transports: ["websocket"],
  forms: () => forms,
  now: () => 0,
  phase: () => ({ state: "running" }),
  stop: () => undefined,
  failed: (_, error) => {
    throw error;
  },
});

async function call(method: string): Promise<unknown> {
  const body = new TextEncoder().encode(JSON.stringify({ id: 1, method }));
  const answer = await rpc.answer(body, { signal: new AbortController().signal, waiting: (run) => run() });
  return JSON.parse(answer.body ?? "").result;
}

interface Document {
  readonly openrpc: string;
  readonly methods: readonly {
    readonly name: string;
    readonly params: readonly object[];
    readonly result: { readonly schema: object };
  }[];
}

it("rpc.discover answers an OpenRPC document of 1.2.6, by the schema of OpenRPC itself", async () => {
  const document = await call("rpc.discover");
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addMetaSchema(jsonSchema as object);
  // It writes the name of the other schema in two ways.
  const named = JSON.stringify(metaSchema).replaceAll(
    '"https://meta.json-schema.tools"',
    '"https://meta.json-schema.tools/"',
  );
  const validate = ajv.compile(JSON.parse(named));
  expect([validate(document), validate.errors]).toEqual([true, null]);
  expect(document).toMatchObject({ openrpc: "1.2.6", info: { version: "1.2.3" } });
});

it("describes every method, in the order of the table, with its arguments", async () => {
  const { methods } = (await call("rpc.discover")) as Document;
  expect(methods.map(({ name }) => name)).toEqual([...rpc.methods.keys()]);
  expect(methods.find(({ name }) => name === "help")?.params).toEqual([
    { name: "command", description: "The method to explain", required: false, schema: { type: "string" } },
  ]);
});

it.each(["help", "uptime", "getrpcinfo", "cosign.version", "cosign.ping"])(
  "what %s answers is as its schema says",
  async (name) => {
    const { methods } = (await call("rpc.discover")) as Document;
    const validate = new Ajv({ strict: true }).compile(
      methods.find((one) => one.name === name)?.result.schema ?? false,
    );
    expect([validate(await call(name)), validate.errors]).toEqual([true, null]);
  },
);
