import { encodeRequest, readMessageRequest } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { expectedOf, readMessageBytes } from "../src/protocol/message-bytes.ts";

const session = "00000000-0000-4000-8000-00000000abcd";
const expected = expectedOf(session);

/** Reads a text that lies among others. */
function read(text: string) {
  const around = Buffer.from('{"to":0}]}}0"');
  const bytes = Buffer.concat([around, Buffer.from(text), around]);
  const start = around.length;
  const found = readMessageBytes({ bytes, start, end: bytes.length - start }, expected);
  if (found === undefined) return undefined;
  const { size, ...request } = found;
  expect(size).toBe(Buffer.byteLength(text));
  return request;
}

const body = fc
  .oneof(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 760, maxLength: 800 }))
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const canonical = fc
  .record({
    id: fc.oneof(fc.nat(), fc.constantFrom(999_999_999_999_999, 1e15)),
    cseq: fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(0, 999_999_999_999_999, 1e15)),
    to: fc.integer({ min: 0, max: limits.parties + 1 }),
    body,
  })
  .map(({ id, cseq, to, body: one }) =>
    encodeRequest(id, "Session.message", { session, cseq, envelopes: [{ to, body: one }] }),
  );
/** Pieces that are wrong, right elsewhere, or written in another way. */
const piece = fc.constantFrom(
  ...'{}[],:"\\ 0129-_=+/aéQ\u0000\ud800'.split(""),
  '"id":1,',
  '"to":0,',
  ',{"to":1,"body":"AA"}',
  '"}]}}',
  "1e3",
  "256",
  "00",
  "\\u0041",
);
const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece), { maxLength: 3 });
const edited = fc.tuple(canonical, edits).map(([text, all]) =>
  all.reduce((whole, [where, drop, insert]) => {
    const at = Math.floor(where * whole.length);
    return whole.slice(0, at) + insert + whole.slice(at + drop);
  }, text),
);

it("reads from bytes exactly what is read from text, if it has one envelope for the session that is expected", () => {
  const counts = { read: 0, left: 0 };
  fc.assert(
    fc.property(edited, (text) => {
      const slowly = readMessageRequest(text);
      const isExpected = slowly?.params.session === session && slowly.params.envelopes.length === 1;
      expect(read(text)).toEqual(isExpected ? slowly : undefined);
      counts[isExpected ? "read" : "left"]++;
    }),
    { numRuns: 10_000 },
  );
  expect(counts.read).toBeGreaterThan(800);
  expect(counts.left).toBeGreaterThan(800);
});

it("reads nothing beyond the end, and nothing for another session", () => {
  const text = encodeRequest(1, "Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] });
  expect(read(text)).toEqual(readMessageRequest(text));
  for (let end = 0; end < text.length; end++) expect(read(text.slice(0, end))).toBeUndefined();
  expect(read(text.replace("abcd", "abce"))).toBeUndefined();
});
