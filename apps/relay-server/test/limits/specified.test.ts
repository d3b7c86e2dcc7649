import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { relayForEachTest } from "../relay-for-each-test.ts";

const { connect } = relayForEachTest();
const spec = readFileSync(new URL("../../../../spec/0006-relay.md", import.meta.url), "utf8");
const units = { "": 1, " KiB": 1_024, " MiB": 1_024 * 1_024 };

it("the limits of a relay of which nothing else is said are those of the specification", async () => {
  const [, section = ""] = spec.split("### 8.1 Limits\n");
  const rows = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| (`[^|]+) \| ([0-9][^|]*) \|/gm)];
  const said = rows.flatMap(([, names = "", values = ""]) => {
    const numbers = values.split(/, /).map(countOf);
    return names.split(", ").map((name, i) => [name.slice(1, -1), numbers[i]] as const);
  });
  const { limits } = await (await connect()).call("Relay.info", {});
  expect(Object.fromEntries(said)).toEqual(limits);
});

/** `1,000` or `8 KiB` as a number. */
function countOf(text: string): number {
  const [, digits = "", unit = ""] = /^([\d,]+)( [KM]iB)?$/.exec(text) ?? [];
  return Number(digits.replaceAll(",", "")) * units[unit as keyof typeof units];
}
