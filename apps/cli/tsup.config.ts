import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

// A program and no library: no declarations. Splitting keeps what only some commands need out of the way of `--help`.
export default defineConfig({ ...library, entry: ["src/main.ts"], dts: false });
