import { readFileSync } from "node:fs";
import * as wire from "@countersign/wire";
import { expect, it } from "vitest";

it("runs the README's example, which prints what the README says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```js\n(import \{ (.*?) \} from "@countersign\/wire";\n.*?)```/s.exec(readme);
  const [, code, names] = example ?? [];
  const printed: unknown[][] = [];
  const body = code?.split("\n").slice(1).join("\n") ?? "";
  new Function("wire", "console", `const { ${names} } = wire;\n${body}`)(wire, {
    log: (...values: unknown[]) => printed.push(values),
  });
  expect(printed).toEqual([[64, "0800000003010203"], [Uint8Array.of(1, 2, 3)], ["wire.padding"]]);
});
