import { spawnSync } from "node:child_process";
import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

const { stdout } = spawnSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" });

/** What other programs may use, too. */
const parts = { "at-files": "src/store/at-files.ts", "sealed-journals": "src/store/sealed-journals.ts" };

// Splitting keeps what only some commands need out of the way of `--help`. Of the program nothing is declared.
export default defineConfig({
  ...library,
  entry: { main: "src/main.ts", ...parts },
  dts: { entry: parts },
  define: { COUNTERSIGN_COMMIT: JSON.stringify(stdout?.trim() ?? "") },
});
