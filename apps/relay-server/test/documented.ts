import { createRequire } from "node:module";
import type { MethodName } from "@countersign/rpc";
import { readResult } from "@countersign/rpc";

interface Document {
  readonly methods: readonly { readonly name: string; readonly errors: readonly { readonly $ref: string }[] }[];
}

const { methods }: Document = createRequire(import.meta.url)("@countersign/rpc/openrpc.json");
const errors = new Map(methods.map(({ name, errors }) => [name, errors.map(({ $ref }) => $ref.split("/").at(-1))]));

/** What is wrong with an answer by the document of the dialect; undefined if it is one that the document knows. */
export function undocumented(method: MethodName, answer: { readonly code: string } | { readonly result: unknown }) {
  if ("result" in answer) {
    const read = readResult(method, answer.result);
    return read.ok ? undefined : `${method}: its result at ${read.path} ${read.reason}`;
  }
  const isOwn = answer.code.startsWith("relay.");
  return !isOwn || errors.get(method)?.includes(answer.code)
    ? undefined
    : `${method}: ${answer.code} is not documented`;
}
