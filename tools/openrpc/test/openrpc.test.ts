import { readFileSync } from "node:fs";
import { type MethodName, methods, readEvent, readParams, readResult } from "@countersign/rpc";
import jsonSchema from "@json-schema-tools/meta-schema";
import * as openRpc from "@open-rpc/meta-schema";
import { Ajv } from "ajv";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as field from "../../../packages/rpc/src/countersign-v1/fields.ts";
import { openRpcDocument } from "../document.ts";

const document = openRpcDocument();
const text = readFileSync(new URL("../../../packages/rpc/openrpc.json", import.meta.url), "utf8");

/** Its declarations know types only. */
const { openrpcDocument: metaSchema } = openRpc as unknown as { readonly openrpcDocument: object };

/** What checks a value by a schema of the document. */
function checker(schema: object) {
  const ajv = new Ajv({ strict: true, keywords: ["components"] });
  return ajv.compile({ ...schema, components: document.components, $id: "document" });
}

function valuesOf(example: { readonly params: readonly { readonly name: string; readonly value: unknown }[] }) {
  return Object.fromEntries(example.params.map(({ name, value }) => [name, value]));
}

it("the file is what the tool writes", () => {
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
});

it("the document is OpenRPC 1.2.6", () => {
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    formats: { uri: true, "uri-reference": true, regex: true },
  });
  ajv.addSchema({ ...jsonSchema, $id: "https://meta.json-schema.tools" });
  // Ajv does not find a property that is called $ref.
  const reference = '"$ref":"https://meta.json-schema.tools/#/definitions/JSONSchemaObject/properties/$ref"';
  const validate = ajv.compile(JSON.parse(JSON.stringify(metaSchema).replace(reference, '"type":"string"')));
  validate(document);
  expect(validate.errors).toBeNull();
  expect(validate({ ...document, methods: [{ name: "a" }] })).toBe(false);
  expect(document.openrpc).toBe("1.2.6");
});

it("the document refers to nothing that is not in it, and has nothing to which nothing refers", () => {
  const referred = [...text.matchAll(/"\$ref": "#\/components\/(schemas|errors)\/([^"]+)"/g)];
  for (const kind of ["schemas", "errors"] as const) {
    const names = new Set(referred.filter(([, of]) => of === kind).map(([, , name]) => name));
    expect([...names].sort()).toEqual(Object.keys(document.components[kind]).sort());
  }
});

it("an answer with the document fits into a message", () => {
  expect(Buffer.byteLength(JSON.stringify(JSON.parse(text)))).toBeLessThan(64 * 1024 - 100);
});

describe.each(document.methods)("$name", ({ name: of, params, result, examples }) => {
  const name = of as MethodName;

  it("has its parameters in the order of their positions", () => {
    expect(params.map((param) => param.name)).toEqual(Object.keys(methods[name].params.entries));
  });

  it.each(examples)("has an example that fits the schemas of both kinds", (example) => {
    const values = valuesOf(example);
    expect(readParams(name, values)).toEqual({ ok: true, value: values });
    expect(readResult(name, example.result.value)).toEqual({ ok: true, value: example.result.value });
    for (const param of params) {
      expect(param.required).toBe(methods[name].params.entries[param.name as never]["type"] !== "exact_optional");
      const validate = checker(param.schema);
      if (param.name in values) validate(values[param.name]);
      expect(validate.errors ?? null).toBeNull();
    }
    const validate = checker(result.schema);
    validate(example.result.value);
    expect(validate.errors ?? null).toBeNull();
  });
});

it.each(document["x-notifications"])("the event $name has an example that can be read", ({ name, examples }) => {
  for (const example of examples) {
    const params = valuesOf(example);
    expect(readEvent(name, params)).toEqual({ ok: true, value: { name, params } });
  }
});

describe("the schemas say of base64url what the relay checks", () => {
  const texts = [0, 1, 15, 16, 17, 31, 32, 33].flatMap((length) => {
    const encoded = Buffer.alloc(length, 0xff).toString("base64url");
    return [encoded, `${encoded}=`, `${encoded.slice(0, -1)}B`, `${encoded.slice(0, -1)}+`, `${encoded}\n`];
  });
  it.each([
    ["Eid", field.eid],
    ["Token", field.token],
    ["Claim", field.claim],
    ["Versions", field.versions],
    ["Body", field.body],
  ])("%s", (title, schema) => {
    const validate = checker({ $ref: `#/components/schemas/${title}` });
    const said = texts.filter((one) => validate(one));
    expect(said).toEqual(texts.filter((one) => v.is(schema, one)));
    expect(said.length).toBeGreaterThan(0);
  });
});
