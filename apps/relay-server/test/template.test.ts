import { encodeSuccess } from "@countersign/rpc";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SharedText, Tail } from "../src/core/shared-texts.ts";
import { Template, textOf } from "../src/core/template.ts";
import { filledFrame, forgetFrames, frameOf, textFrame } from "../src/protocol/frame.ts";

const number = fc.oneof(fc.nat(), fc.constantFrom(0, 9, 10, 99, 100, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const piece = fc.string({ unit: "grapheme-ascii", maxLength: 120 });

it("is written as its text is, alone and in front of a tail", () => {
  fc.assert(
    fc.property(piece, number, piece, number, piece, (first, one, between, other, last) => {
      const filled = { template: new Template(first, between, last), one, other };
      expect(textOf(filled)).toBe(`${first}${one}${between}${other}${last}`);
      const alone = Buffer.from(filledFrame(filled));
      expect(alone).toEqual(textFrame(textOf(filled)));
      const tail = new Tail(["the ", "é"]);
      const shared = new SharedText({ head: filled, tail }, { codec: {}, seq: 1, previous: 0 }, undefined);
      expect(Buffer.from(frameOf(shared))).toEqual(textFrame(shared.text));
      expect(shared.text).toBe(`${textOf(filled)}the é`);
      forgetFrames();
    }),
    { numRuns: 2_000 },
  );
});

it("does not write over others, however many there are in a turn", () => {
  const template = new Template("a".repeat(100), ",", "}");
  const all = Array.from({ length: 20_000 }, (_, i) => ({ template, one: i, other: i * i }));
  const frames = all.map(filledFrame);
  expect(frames.map((frame) => Buffer.from(frame.subarray(frame[1] === 126 ? 4 : 2)).toString())).toEqual(
    all.map(textOf),
  );
  forgetFrames();
});

it("says of an answer what the codec says", () => {
  const template = new Template('{"jsonrpc":"2.0","id":', ',"result":{"seq":', "}}");
  expect(textOf({ template, one: 12, other: 345 })).toBe(encodeSuccess(12, { seq: 345 }));
});
