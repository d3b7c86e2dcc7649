import type { Method } from "../method.ts";
import { argumentSchema, type JsonSchema, resultSchema } from "./schema.ts";

/** An OpenRPC document, as far as this one goes. */
export interface OpenRpcDocument {
  readonly openrpc: "1.2.6";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly methods: readonly OpenRpcMethod[];
}

interface OpenRpcMethod {
  readonly name: string;
  readonly tags: readonly { readonly name: string }[];
  readonly summary: string;
  readonly description: string;
  readonly paramStructure: "either";
  readonly params: readonly {
    readonly name: string;
    readonly description: string;
    readonly required: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly result: { readonly name: string; readonly schema: JsonSchema };
}

/** Describes methods as OpenRPC 1.2.6 does; later versions are refused by its own test tool. */
export function openRpcDocument(methods: Iterable<Method>, version: string): OpenRpcDocument {
  return {
    openrpc: "1.2.6",
    info: {
      title: "countersign daemon",
      version,
      description: "JSON-RPC over HTTP by the rules of a Bitcoin node. The whole of it is spec/0007-cosign-rpc.md.",
    },
    methods: [...methods].map(describe),
  };
}

function describe({ name, category, description, arguments: table, results }: Method): OpenRpcMethod {
  return {
    name,
    tags: [{ name: category }],
    summary: description.split("\n", 1)[0] ?? "",
    description,
    paramStructure: "either",
    params: Object.entries(table).map(([argument, described]) => ({
      name: argument,
      description: described.description,
      required: described.isRequired,
      schema: argumentSchema(described),
    })),
    result: { name: "result", schema: resultSchema(results) },
  };
}
