import type { EventName, MethodName } from "@countersign/rpc";
import type * as v from "valibot";
import { relayErrors } from "../../packages/rpc/src/countersign-v1/errors.ts";
import { events } from "../../packages/rpc/src/countersign-v1/events.ts";
import { methods } from "../../packages/rpc/src/countersign-v1/methods.ts";
import { componentSchemas, convert } from "./convert.ts";
import { documentedEvents } from "./events.ts";
import { groupMethods } from "./group-methods.ts";
import type { JsonSchema } from "./json-schema.ts";
import { relayMethods } from "./relay-methods.ts";
import { sessionMethods } from "./session-methods.ts";

const documentedMethods = { ...relayMethods, ...sessionMethods, ...groupMethods };
const INVALID_PARAMS = "invalid-params";

/** The OpenRPC document of countersign.v1. */
export function openRpcDocument() {
  return {
    openrpc: "1.2.6",
    info: {
      title: "countersign.v1",
      version: "1.0.0",
      description:
        "How clients speak to a Countersign relay: JSON-RPC 2.0 over a WebSocket at the path /v1 with the subprotocol countersign.v1. The relay carries what its members encrypt for each other and can read none of it. The whole of it is spec/0006-relay.md.",
      license: { name: "MIT OR Apache-2.0" },
    },
    methods: (Object.keys(methods) as MethodName[]).map(describeMethod),
    "x-notifications": (Object.keys(events) as EventName[]).map(describeEvent),
    components: { schemas: componentSchemas(), errors: describeErrors() },
  };
}

function describeMethod(name: MethodName) {
  const { summary, errors, example } = documentedMethods[name];
  const params = describeEntries(methods[name].params);
  const possible = params.length === 0 ? errors : [INVALID_PARAMS, ...errors];
  return {
    name,
    summary,
    paramStructure: "either",
    params,
    result: { name: "result", schema: convert(methods[name].result) },
    errors: possible.map((code) => ({ $ref: `#/components/errors/${code}` })),
    examples: [{ name, params: describeValues(example.params), result: { name: "result", value: example.result } }],
  };
}

/** OpenRPC has no notifications of a server; these are written as it writes methods, without a result. */
function describeEvent(name: EventName) {
  const { summary, example } = documentedEvents[name];
  return {
    name,
    summary,
    paramStructure: "by-name",
    params: describeEntries(events[name]),
    examples: [{ name, params: describeValues(example) }],
  };
}

/** The members of an object as parameters, in their order. */
function describeEntries(schema: v.GenericSchema) {
  const { properties, required } = convert(schema) as {
    readonly properties: { readonly [name: string]: JsonSchema };
    readonly required: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: property,
  }));
}

function describeValues(values: object) {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function describeErrors() {
  const own = Object.entries(relayErrors).map(([code, { number, message, retryable }]) => [
    code,
    { code: number, message, data: { code, retryable } },
  ]);
  const standard = { code: -32602, message: "Invalid params", data: { path: "session", reason: "is missing" } };
  return Object.fromEntries([[INVALID_PARAMS, standard], ...own]);
}
