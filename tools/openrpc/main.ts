// Writes packages/rpc/openrpc.json, which rpc.discover answers, from the schemas that the relay checks by.
//   node tools/openrpc/main.ts           writes it
//   node tools/openrpc/main.ts --check   changes nothing, and fails where the file is not what would be written
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openRpcDocument } from "./document.ts";

const file = fileURLToPath(new URL("../../packages/rpc/openrpc.json", import.meta.url));
const document = openRpcDocument();
const text = `${JSON.stringify(document, null, 2)}\n`;
const isStale = !existsSync(file) || readFileSync(file, "utf8") !== text;
const check = process.argv.includes("--check");

if (isStale && !check) writeFileSync(file, text);
if (isStale)
  console.log(
    check ? "✗ packages/rpc/openrpc.json is stale: run `pnpm openrpc`" : "✓ packages/rpc/openrpc.json written",
  );
console.log(`openrpc: ${document.methods.length} methods, ${document["x-notifications"].length} notifications`);
process.exitCode = check && isStale ? 1 : 0;
