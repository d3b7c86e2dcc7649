import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

// The worker of the store is a file of its own, beside whichever file starts it.
const entry = { index: "src/index.ts", main: "src/main.ts", "store-worker": "src/store/store-worker.ts" };

export default defineConfig({ ...library, entry });
