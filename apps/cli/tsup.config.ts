import { spawnSync } from "node:child_process";
import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

const { stdout } = spawnSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" });

// A program and no library: no declarations. Splitting keeps what only some commands need out of the way of `--help`.
export default defineConfig({
  ...library,
  entry: ["src/main.ts"],
  dts: false,
  define: { COUNTERSIGN_COMMIT: JSON.stringify(stdout?.trim() ?? "") },
});
