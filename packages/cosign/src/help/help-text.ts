import type { Method } from "../method.ts";
import { argumentRows } from "./argument-rows.ts";
import { inColumns, type Row } from "./columns.ts";
import { type ExampleForms, exampleLines } from "./examples.ts";
import { resultRows } from "./result-rows.ts";
import { signatureOf } from "./signature.ts";

/** The whole help of a method: signature, description, arguments, results, examples. */
export function helpText(method: Method, forms: ExampleForms): string {
  const argumentsOf = argumentRows(method);
  return [
    signatureOf(method),
    method.description,
    ...(argumentsOf.length === 0 ? [] : [block("Arguments", argumentsOf)]),
    ...method.results.map(({ condition, shape }) =>
      block(condition === undefined ? "Result" : `Result (${condition})`, resultRows(shape)),
    ),
    `Examples:\n${exampleLines(method, forms).join("\n").trimStart()}`,
  ]
    .join("\n\n")
    .concat("\n");
}

/** All methods by category, one line for each. */
export function helpIndex(methods: Iterable<Method>): string {
  const all = [...methods].sort((a, b) => (a.name < b.name ? -1 : 1));
  const categories = [...new Set(all.map(({ category }) => category))].sort();
  return categories
    .map((category) => {
      const lines = all.filter((method) => method.category === category).map(signatureOf);
      return [`== ${category} ==`, ...lines].join("\n");
    })
    .join("\n\n");
}

function block(title: string, rows: readonly Row[]): string {
  return `${title}:\n${inColumns(rows)}`;
}
