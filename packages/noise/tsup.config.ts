import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/node.ts", "src/sodium.ts"],
  // Only src/node and src/sodium may see Node's types, which `typecheck` holds; declarations are made of everything at once.
  dts: { compilerOptions: { lib: ["ES2023", "ES2024.String", "ES2024.ArrayBuffer"], types: ["node"] } },
});
