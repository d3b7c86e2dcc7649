import { createRequire } from "node:module";

/** The OpenRPC document of countersign.v1, as `rpc.discover` answers it. */
export const openRpcDocument: string = JSON.stringify(
  // Not an import: what bundles this would have to keep its attribute, which the language has had only since 2025.
  createRequire(import.meta.url)("@countersign/rpc/openrpc.json"),
);
