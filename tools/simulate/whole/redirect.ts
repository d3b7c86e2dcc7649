// SPAKE2 cannot be injected into a session, and nobody but this simulation has a use for another one. So whoever imports
// it from here on is given stand-in-spake2.ts, which passes on to the real one unless it is told otherwise.
import { registerHooks } from "node:module";

const standIn = new URL("./stand-in-spake2.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier === "@countersign/spake2" && context.parentURL !== standIn;
    return next(isOurs ? standIn : specifier, context);
  },
});
