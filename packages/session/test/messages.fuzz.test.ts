import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AbortReason, abortReasons, type CeremonyMessage, decodeMessage, encodeMessage } from "../src/messages.ts";

const PARTIES = 3;
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const body = fc.uint8Array({ maxLength: 100 });
const numbers = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 5 });
const heard = fc.record({ hash: bytes(32), signature: bytes(64) });
const every = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: PARTIES, maxLength: PARTIES });
const type = <T extends CeremonyMessage["type"]>(name: T) => fc.constant(name);

const message: fc.Arbitrary<CeremonyMessage> = fc.oneof(
  fc.record({ type: type("statement"), chain: bytes(32), signature: bytes(64), body }),
  fc.record({ type: type("direct"), body }),
  fc.record({ type: type("evidence"), about: fc.integer({ min: 0, max: 65_535 }), heard: every(heard) }),
  fc.record({
    type: type("abort"),
    reason: fc.constantFrom(...(Object.keys(abortReasons) as AbortReason[])),
    blamed: numbers,
    text: fc.stringMatching(/^[a-zäöü ]{0,60}$/),
  }),
  fc.record({ type: type("seal"), chain: bytes(32), outcome: bytes(32), signature: bytes(64) }),
  fc.record({ type: type("ask") }),
  fc.record({ type: type("answer"), at: fc.integer({ min: 0, max: 65_535 }), missing: numbers }),
  fc.record({ type: type("certificate"), outcome: bytes(32), signatures: every(bytes(64)) }),
  fc.record({ type: type("done") }),
);

describe("messages of a ceremony", () => {
  it("come out as they went in", () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(decodeMessage(encodeMessage(one), PARTIES)).toEqual({ ok: true, value: one });
      }),
    );
  });

  it("have one encoding, and none that is longer or shorter", () => {
    fc.assert(
      fc.property(message, fc.nat(), (one, cut) => {
        const encoded = encodeMessage(one);
        const rest = decodeMessage(encoded.slice(0, cut % encoded.length), PARTIES);
        // What holds bytes to its end is another message when it is cut.
        if (rest.ok) expect(encodeMessage(rest.value)).toEqual(encoded.slice(0, cut % encoded.length));
        if (one.type !== "statement" && one.type !== "direct") expect(rest.ok).toBe(false);
      }),
    );
  });

  it("never make the decoder throw, and are what they encode to", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 2, max: 255 }), (junk, parties) => {
        const decoded = decodeMessage(junk, parties);
        if (decoded.ok) expect(encodeMessage(decoded.value)).toEqual(junk);
      }),
      { numRuns: 2_000 },
    );
  });
});
