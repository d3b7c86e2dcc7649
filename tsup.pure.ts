import { readFile } from "node:fs/promises";
import type { Options } from "tsup";
import ts from "typescript";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Says of every call with which a module makes its constants that it may be left out if nobody wants the constant: the
 * same that `"sideEffects": false` says of whole files. Each package is one file for those who load it with Node, because
 * many files are slow to load, and a bundler could not drop a schema or a table of it otherwise.
 */
export const pureConstants: Plugin = {
  name: "pure-constants",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: annotate(await readFile(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** The source with the value of each constant that is made by calls, or of other objects, as a call of its own. */
export function annotate(source: string): string {
  const file = ts.createSourceFile("module.ts", source, ts.ScriptTarget.ESNext);
  const values = file.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations.map(({ initializer }) => initializer))
    .filter((value) => value !== undefined && mayHaveEffects(value));
  return values.reduceRight((text, value) => {
    if (value === undefined) return text;
    const [start, end] = [value.getStart(file), value.end];
    return `${text.slice(0, start)}/* @__PURE__ */ (() => (${text.slice(start, end)}))()${text.slice(end)}`;
  }, source);
}

/** Whether a bundler has to think so: it knows neither what a call does nor what it does to read a property. */
function mayHaveEffects(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return true;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return true;
  return ts.isSpreadAssignment(node) || (ts.forEachChild(node, mayHaveEffects) ?? false);
}
