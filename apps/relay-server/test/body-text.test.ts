import { isBase64url } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isBodyText } from "../src/protocol/body-text.ts";

const long = fc
  .tuple(fc.integer({ min: 760, max: 780 }), fc.nat(255))
  .map(([size, byte]) => Buffer.alloc(size, byte).toString("base64url"));
const piece = fc.constantFrom(
  "",
  "A",
  "_",
  "-",
  "+",
  "/",
  "=",
  " ",
  "\n",
  "\0",
  "é",
  "ŁA",
  "\u0141",
  "\u412d",
  "🗝",
  "\ud800",
);
const edited = fc
  .tuple(long, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), piece), { maxLength: 3 }))
  .map(([text, edits]) =>
    edits.reduce((whole, [where, drop, insert]) => {
      const at = Math.floor(where * whole.length);
      return whole.slice(0, at) + insert + whole.slice(at + drop);
    }, text),
  );

it("is what the expression says, whatever the text", () => {
  let good = 0;
  fc.assert(
    fc.property(edited, (text) => {
      const wanted = isBase64url(text);
      if (wanted) good++;
      expect(isBodyText(text)).toBe(wanted);
    }),
    { numRuns: 5_000 },
  );
  expect(good).toBeGreaterThan(500);
  expect(good).toBeLessThan(4_500);
});

it("is that at every last character and every length", () => {
  for (let code = 0; code < 0x180; code++) {
    for (let more = 0; more < 4; more++) {
      const text = "A".repeat(2_000 + more) + String.fromCharCode(code);
      expect([text.slice(-1), more, isBodyText(text)]).toEqual([text.slice(-1), more, isBase64url(text)]);
    }
  }
});

const most = limits.relayMessage;

it.each([0, 1, 1_023, 1_024, 1_025, most - 1, most, most + 4])("is that of %i characters", (size) => {
  for (const text of ["A".repeat(size), `${"A".repeat(size)}+`, `é${"A".repeat(size)}`, `\u0141${"A".repeat(size)}`]) {
    expect(isBodyText(text)).toBe(isBase64url(text));
  }
});
