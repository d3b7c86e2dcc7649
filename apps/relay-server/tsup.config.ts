import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

// The worker of the store is a file of its own, beside whatever file starts it.
export default defineConfig({ ...library, entry: ["src/index.ts", "src/main.ts", "src/store/store-worker.ts"] });
