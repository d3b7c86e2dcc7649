// Whoever imports this first runs from the sources of the workspace, and in them three things are others: what the relay
// draws from the system's generator comes from the seed, SPAKE2 may be a stand-in, and a planted fault is put in.
import { registerHooks } from "node:module";
import { planted, withFault } from "./planted.ts";

const packages = new URL("../../../packages/", import.meta.url).href;
const server = new URL("../../../apps/relay-server/src/", import.meta.url).href;
const drawn = new URL("./drawn-crypto.ts", import.meta.url).href;
const standIn = new URL("../whole/stand-in-spake2.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = "" } = context;
    if (specifier === "node:crypto" && parentURL.startsWith(server)) return next(drawn, context);
    if (specifier === "@countersign/spake2" && parentURL !== standIn) return next(standIn, context);
    const [, name, part = "index"] = /^@countersign\/([^/]+)(?:\/([^/.]+))?$/.exec(specifier) ?? [];
    return next(name === undefined ? specifier : `${packages}${name}/src/${part}.ts`, context);
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const fault = planted(url);
    if (fault === undefined || loaded.source === undefined || loaded.source === null) return loaded;
    return { ...loaded, source: withFault(String(loaded.source), fault) };
  },
});
