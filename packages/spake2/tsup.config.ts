import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/node.ts"],
  // Only src/node may see Node's types, which `typecheck` holds; declarations are made of everything at once.
  dts: { compilerOptions: { types: ["node"] } },
});
