import {
  decodeRpc,
  encodeNotification,
  encodeRequest,
  methods,
  readEvent,
  readParams,
  readRelayError,
  readResult,
} from "@countersign/rpc";
import fc from "fast-check";
import { expect, it } from "vitest";

const runs = { numRuns: 10_000 };
const fragments = fc.constantFrom(
  ...'{}[]",:\\ \n0-e.tfn',
  '"jsonrpc":"2.0"',
  '"method":"m"',
  '"id":1',
  '"params"',
  '"__proto__"',
  "\\u0000",
  "\ud800",
);

it("never throws on text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join("")),
      ),
      (text) => {
        const { messages } = decodeRpc(text);
        expect(messages.length).toBeGreaterThan(0);
      },
    ),
    runs,
  );
});

it("takes every call that it writes, and agrees with JSON.parse", () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (method, params) => {
      const expected = JSON.parse(JSON.stringify(params));
      expect(decodeRpc(encodeRequest(1, method, params)).messages).toEqual([
        { type: "request", id: 1, method, params: expected },
      ]);
      expect(decodeRpc(encodeNotification(method, params)).messages[0]).toMatchObject({ type: "notification" });
    }),
    { numRuns: 2_000 },
  );
});

it("never throws on arguments, results, events and errors", () => {
  const names = Object.keys(methods) as (keyof typeof methods)[];
  const nasty = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom("session", "group", "to", "envelopes", "seq", "token", "__proto__", "constructor", "toString"),
      fc.jsonValue(),
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), nasty, (name, value) => {
      const structured = typeof value === "object" && value !== null ? (value as object) : [value];
      for (const read of [readParams(name, structured as never), readResult(name, value)]) {
        if (!read.ok) expect(`${read.path}${read.reason}`.length).toBeLessThan(300);
      }
      readEvent(name, structured as never);
      readEvent("message", structured as never);
      readRelayError({ code: 1, message: "", data: value });
    }),
    runs,
  );
});
