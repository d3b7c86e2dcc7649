import { expect, it } from "vitest";
import { annotate } from "../../../tsup.pure.ts";

const kept = [
  ["a number, a text, a list", 'const a = 1, b = "x", c = [a, b], d = { a, b };'],
  ["a function, whatever it calls", "export const f = () => g(new Date());"],
  ["a function", "export function f() { const x = g(); return x; }"],
  ["a class", "export class A { #x = g(); static y = 1; }"],
  ["what is done for its effect", "table.set(1, 2);"],
  ["an import", 'import { g } from "./g.ts";'],
] as const;

it.each(kept)("leaves %s as it is", (_, source) => {
  expect(annotate(source)).toBe(source);
});

const wrapped = [
  ["a call", "const a = g(1, h());", "const a = /* @__PURE__ */ (() => (g(1, h())))();"],
  ["a new object", "export const a = new Set([1]);", "export const a = /* @__PURE__ */ (() => (new Set([1])))();"],
  ["an object of objects", "const a = { ...b, c };", "const a = /* @__PURE__ */ (() => ({ ...b, c }))();"],
  ["a property", "const a: A = b.c;", "const a: A = /* @__PURE__ */ (() => (b.c))();"],
  [
    "two at once",
    "const a = g(), b = 2, c = h();",
    "const a = /* @__PURE__ */ (() => (g()))(), b = 2, c = /* @__PURE__ */ (() => (h()))();",
  ],
] as const;

it.each(wrapped)("says that %s is made without effects", (_, source, annotated) => {
  expect(annotate(source)).toBe(annotated);
});

it("changes no value", () => {
  const source = 'const words = "b a".split(" "); const sorted = [...words].sort(); return { words, ...{ sorted } };';
  const run = (text: string) => new Function(text)();
  expect(run(annotate(source))).toEqual(run(source));
  expect(annotate(source)).toContain("@__PURE__");
});
