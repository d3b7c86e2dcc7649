import { limits } from "@countersign/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRpc, encodeNotification, encodeRequest, readAck, readMessageRequest, readParams } from "../src/index.ts";

/** What the codec and the schema read, which everything is held against. */
function slowly(text: string) {
  const { batch, messages } = decodeRpc(text);
  const [message] = messages;
  if (batch || message?.type !== "request" || message.method !== "Session.message") return undefined;
  const read = readParams("Session.message", message.params);
  return read.ok ? { id: message.id, params: read.value } : undefined;
}

const session = "00000000-0000-4000-8000-00000000abcd";
const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
const envelope = fc.record({ to: fc.integer({ min: 0, max: limits.parties }), body }, { noNullPrototype: true });
const request = fc.record(
  {
    id: fc.nat(),
    cseq: fc.integer({ min: 1 }),
    envelopes: fc.array(envelope, { minLength: 1, maxLength: 5 }),
  },
  { noNullPrototype: true },
);
const canonical = request.map(({ id, cseq, envelopes }) =>
  encodeRequest(id, "Session.message", { session, cseq, envelopes }),
);
/** Pieces that are wrong, right elsewhere, or written in another way. */
const piece = fc.constantFrom(
  ...'{}[],:"\\ 0129-_=+/aé\u0000\ud800'.split(""),
  '"id":1,',
  '"to":0,',
  ',{"to":1,"body":"AA"}',
  "1e3",
  "256",
  "00",
  "\\u0041",
  "null",
  "}}",
);
const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), piece), { maxLength: 3 });
const editedOf = (texts: fc.Arbitrary<string>) =>
  fc.tuple(texts, edits).map(([text, all]) =>
    all.reduce((whole, [where, drop, insert]) => {
      const at = Math.floor(where * whole.length);
      return whole.slice(0, at) + insert + whole.slice(at + drop);
    }, text),
  );
const edited = editedOf(canonical);

describe("the notification Session.ack, read without a parser", () => {
  const session = "00000000-0000-4000-8000-00000000abcd";
  const acked = fc.nat().map((seq) => encodeNotification("Session.ack", { session, seq }));

  it("is read in the form in which clients write it", () => {
    expect(readAck(encodeNotification("Session.ack", { session, seq: 0 }))).toEqual({ session, seq: 0 });
    expect(readAck(encodeNotification("Session.ack", { session, seq: 12 }))).toEqual({ session, seq: 12 });
    expect(readAck(encodeRequest(1, "Session.ack", { session, seq: 12 }))).toBeUndefined();
  });

  it("is what the codec and the schema read, whatever the text", () => {
    let recognised = 0;
    fc.assert(
      fc.property(editedOf(acked), (text) => {
        const read = readAck(text);
        if (read === undefined) return;
        recognised++;
        const [message] = decodeRpc(text).messages;
        expect(message).toMatchObject({ type: "notification", method: "Session.ack" });
        expect(readParams("Session.ack", message && "params" in message ? message.params : undefined)).toEqual({
          ok: true,
          value: read,
        });
      }),
      { numRuns: 10_000 },
    );
    expect(recognised).toBeGreaterThan(1_000);
  });
});

describe("a request for Session.message, read without a parser", () => {
  it("is read in the form in which clients write it", () => {
    fc.assert(
      fc.property(request, ({ id, cseq, envelopes }) => {
        const params = { session, cseq, envelopes };
        const read = readMessageRequest(encodeRequest(id, "Session.message", params));
        expect(read).toEqual({ id, params, envelopes: JSON.stringify(envelopes) });
      }),
      { numRuns: 2_000 },
    );
  });

  it("is what the codec and the schema read, whatever the text", () => {
    let recognised = 0;
    fc.assert(
      fc.property(edited, (text) => {
        const read = readMessageRequest(text);
        if (read === undefined) return;
        recognised++;
        const { envelopes, ...request } = read;
        expect(slowly(text)).toEqual(request);
        expect(envelopes).toBe(JSON.stringify(request.params.envelopes));
      }),
      { numRuns: 10_000 },
    );
    expect(recognised).toBeGreaterThan(1_000);
  });

  const write = (params: object, id: unknown = 1) =>
    JSON.stringify({ jsonrpc: "2.0", id, method: "Session.message", params });
  const one = { to: 0, body: "AA" };
  it.each([
    ["a cseq of 0", write({ session, cseq: 0, envelopes: [one] })],
    ["a cseq of 16 digits", write({ session, cseq: 1e15, envelopes: [one] })],
    ["an id that is text", write({ session, cseq: 1, envelopes: [one] }, "1")],
    ["an id below 0", write({ session, cseq: 1, envelopes: [one] }, -1)],
    ["no envelope", write({ session, cseq: 1, envelopes: [] })],
    ["one envelope too many", write({ session, cseq: 1, envelopes: Array(limits.envelopes + 1).fill(one) })],
    ["a receiver above the highest", write({ session, cseq: 1, envelopes: [{ to: 256, body: "AA" }] })],
    ["a body of no length", write({ session, cseq: 1, envelopes: [{ to: 0, body: "A" }] })],
    ["a body with bits behind its last byte", write({ session, cseq: 1, envelopes: [{ to: 0, body: "AB" }] })],
    ["a body of another alphabet", write({ session, cseq: 1, envelopes: [{ to: 0, body: "A+/=" }] })],
    ["a session in capitals", write({ session: session.toUpperCase(), cseq: 1, envelopes: [one] })],
    ["one more name", write({ session, cseq: 1, envelopes: [one], more: 1 })],
    ["names in another order", write({ cseq: 1, session, envelopes: [one] })],
    ["something behind it", `${write({ session, cseq: 1, envelopes: [one] })} `],
    ["a notification", JSON.stringify({ jsonrpc: "2.0", method: "Session.message", params: {} })],
    ["nothing", ""],
  ])("is left to the codec with %s", (_, text) => {
    expect(readMessageRequest(text)).toBeUndefined();
  });

  it("takes as many envelopes as there may be", () => {
    const envelopes = Array.from({ length: limits.envelopes }, (_, i) => ({ to: i + 1, body: "" }));
    expect(readMessageRequest(write({ session, cseq: 1, envelopes }))?.params.envelopes).toEqual(envelopes);
  });
});
