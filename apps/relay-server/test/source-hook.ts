import { registerHooks } from "node:module";

// For relays in processes of their own: they too run from the sources of the workspace.
registerHooks({
  resolve(specifier, context, next) {
    const match = /^@countersign\/([^/]+)(?:\/([^/.]+))?$/.exec(specifier);
    if (match === null) return next(specifier, context);
    const source = new URL(`../../../packages/${match[1]}/src/${match[2] ?? "index"}.ts`, import.meta.url);
    return next(source.href, context);
  },
});
