import type { Options } from "tsup";
import { pureConstants } from "./tsup.pure.ts";

/** What all packages share: ESM only, declarations beside the code, readable output, nothing bundled in that is a dependency. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "es2023",
  dts: true,
  clean: true,
  sourcemap: true,
  splitting: true,
  esbuildPlugins: [pureConstants],
};
