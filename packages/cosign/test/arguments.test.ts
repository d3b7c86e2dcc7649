import { describe, expect, it } from "vitest";
import { Asking } from "./asking.ts";
import { echo, silent } from "./methods.ts";

const asking = new Asking([echo, silent]);
const defaults = { text: "a", flag: false };
const mismatch = (position: string, actual: string, expected: string) => ({
  code: -3,
  message: `Wrong type passed:\n${JSON.stringify({ [position]: `JSON value of type ${actual} is not of expected type ${expected}` }, undefined, 4)}`,
});

describe("arguments by position", () => {
  it.each<[params: unknown, values: object]>([
    [["a"], defaults],
    [["a", 5], { ...defaults, number: 5 }],
    [["a", null, true], { text: "a", flag: true }],
    [["a", 5, true, { b: 1 }, [1]], { text: "a", number: 5, flag: true, object: { b: 1 }, array: [1] }],
    [["a", null, null, null, null], defaults],
  ])("%j", async (params, values) => {
    expect(await asking.result("echo", params)).toEqual(values);
  });

  it.each([[], ["a", 1, true, {}, [], 1]])("too few or too many are answered with the help", async (...params) => {
    expect(await asking.error("echo", params)).toEqual({
      code: -1,
      message: expect.stringMatching(/^echo "text" \( number flag object array \)\n[\s\S]*Arguments:[\s\S]*Examples:/),
    });
  });

  it("a method without arguments takes none, not even null", async () => {
    expect(await asking.error("silent", [null])).toMatchObject({ code: -1 });
  });
});

describe("text where another type is wanted", () => {
  it.each<[given: unknown[], values: object]>([
    // As bitcoin-cli sends all arguments of a method that it does not know.
    [
      ["a", "5", "true", '{"b":[1,"x"]}', "[1]"],
      { text: "a", number: 5, flag: true, object: { b: [1, "x"] }, array: [1] },
    ],
    [["a", "-1.5e3", "false"], { text: "a", number: -1500, flag: false }],
    [["a", "null", "null", "null"], defaults],
    // As the documentation that this family comes from prints it.
    [['"6f1c"'], { ...defaults, text: "6f1c" }],
    [['"'], { ...defaults, text: '"' }],
    [['"a" and "b"'], { ...defaults, text: '"a" and "b"' }],
    [["true"], { ...defaults, text: "true" }],
    [["5"], { ...defaults, text: "5" }],
    [["{}"], { ...defaults, text: "{}" }],
    [["null"], { ...defaults, text: "null" }],
  ])("%j is taken for what it says", async (given, values) => {
    expect(await asking.result("echo", given)).toEqual(values);
  });

  it.each<[given: unknown[], position: string, actual: string, expected: string]>([
    [["a", "5x"], "Position 2 (number|count)", "string", "number"],
    [["a", ""], "Position 2 (number|count)", "string", "number"],
    [["a", "0x10"], "Position 2 (number|count)", "string", "number"],
    [["a", "1e999"], "Position 2 (number|count)", "string", "number"],
    [["a", "true"], "Position 2 (number|count)", "string", "number"],
    [["a", 1, "yes"], "Position 3 (flag)", "string", "bool"],
    [["a", 1, 1], "Position 3 (flag)", "number", "bool"],
    [["a", 1, true, "[1]"], "Position 4 (object)", "string", "object"],
    [["a", 1, true, '{"b":1,"b":2}'], "Position 4 (object)", "string", "object"],
    [["a", 1, true, `{"b":${"[".repeat(512)}${"]".repeat(512)}}`], "Position 4 (object)", "string", "object"],
    [["a", 1, true, [1]], "Position 4 (object)", "array", "object"],
    [["a", 1, true, {}, {}], "Position 5 (array)", "object", "array"],
    [[5], "Position 1 (text)", "number", "string"],
    [[true], "Position 1 (text)", "bool", "string"],
    [[null], "Position 1 (text)", "null", "string"],
  ])("%j is refused", async (given, position, actual, expected) => {
    expect(await asking.error("echo", given)).toEqual(mismatch(position, actual, expected));
  });
});

describe("arguments by name", () => {
  it.each<[params: object, values: object]>([
    [{ text: "a" }, defaults],
    [
      { array: [1], text: "a" },
      { ...defaults, array: [1] },
    ],
    [
      { text: "a", count: 5 },
      { ...defaults, number: 5 },
    ],
    [
      { text: "a", number: "5", flag: "true" },
      { text: "a", number: 5, flag: true },
    ],
    [{ args: ["a", 5] }, { ...defaults, number: 5 }],
    [
      { args: ["a"], flag: true },
      { text: "a", flag: true },
    ],
    [{ args: [], text: "a" }, defaults],
    [
      { args: ["a", null], flag: true },
      { text: "a", flag: true },
    ],
  ])("%j", async (params, values) => {
    expect(await asking.result("echo", params)).toEqual(values);
  });

  it.each<[params: object, message: string]>([
    [{ text: "a", size: 1 }, "Unknown named parameter size"],
    [{ text: "a", number: 1, count: 2 }, "Unknown named parameter count"],
    [{ text: "a", args: "a" }, "Unknown named parameter args"],
    [{ args: ["a", 5], text: "a" }, "Parameter text specified twice both as positional and named argument"],
    [
      { args: ["a", 5], flag: true, number: 5 },
      "Parameter number specified twice both as positional and named argument",
    ],
    [JSON.parse('{"text":"a","__proto__":1}'), "Unknown named parameter __proto__"],
    [{ text: "a", constructor: 1 }, "Unknown named parameter constructor"],
    [{ text: "a", ["x".repeat(100)]: 1 }, `Unknown named parameter ${"x".repeat(64)}…`],
  ])("%j is refused", async (params, message) => {
    expect(await asking.error("echo", params)).toEqual({ code: -8, message });
  });

  it("one that has to be there is missed by its type where a later one is given", async () => {
    expect(await asking.error("echo", { flag: true })).toEqual(mismatch("Position 1 (text)", "null", "string"));
  });

  it("none at all are too few", async () => {
    expect(await asking.error("echo", {})).toMatchObject({ code: -1 });
  });

  it("as many leading ones as fit into a body are counted, and refused", async () => {
    expect(await asking.error("echo", { args: Array.from({ length: 200_000 }, () => 1) })).toMatchObject({ code: -1 });
  });
});
