import { mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { defences } from "./defences.ts";
import { fileOf, withoutDefence } from "./patch.ts";

// Vitest as always, with one defence taken out of the source while it is loaded; no file is touched.
const index = Number(process.env["COUNTERSIGN_WITHOUT_DEFENCE"]);
const defence = defences[index];
if (defence === undefined) throw new Error("COUNTERSIGN_WITHOUT_DEFENCE is not the index of a defence");

export default mergeConfig(base, {
  root: new URL("../..", import.meta.url).pathname,
  plugins: [
    {
      name: "without-defence",
      enforce: "pre",
      transform: (code: string, id: string) => (id === fileOf(defence) ? withoutDefence(code, defence) : undefined),
    },
  ],
  // The module cache knows nothing of this plugin: it would serve the source with the defence, or keep the one without.
  test: { reporters: ["dot"], fsModuleCache: false },
});
