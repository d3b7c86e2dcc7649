import { registerHooks } from "node:module";

// For programs in processes of their own: they too run from the sources of the workspace.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@countersign/cli/at-files") {
      return next(new URL("../../apps/cli/src/store/at-files.ts", import.meta.url).href, context);
    }
    const match = /^@countersign\/([^/]+)(?:\/([^/.]+))?$/.exec(specifier);
    if (match === null) return next(specifier, context);
    const source = new URL(`../../packages/${match[1]}/src/${match[2] ?? "index"}.ts`, import.meta.url);
    return next(source.href, context);
  },
});
