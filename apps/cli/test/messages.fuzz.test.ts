import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { decodeMessage, encodeMessage } from "../src/transfer/messages.ts";
import { Receiver } from "../src/transfer/receiver.ts";
import { Sender } from "../src/transfer/sender.ts";

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const message = fc.oneof(
  fc.record({
    type: fc.constant("offer" as const),
    offer: fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 }),
      size: fc.integer({ min: 0, max: limits.file }),
      sha256: hash,
      media: fc.constant("application/octet-stream"),
    }),
  }),
  fc.record({
    type: fc.constant("answer" as const),
    answer: fc.constantFrom({ accept: true } as const, { accept: false, reason: "declined" } as const),
  }),
  fc.record({
    type: fc.constant("data" as const),
    offset: fc.integer({ min: 0, max: limits.file }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  }),
  fc.record({ type: fc.constant("credit" as const), received: fc.integer({ min: 0, max: limits.file }) }),
  fc.record({
    type: fc.constant("receipt" as const),
    receipt: fc.oneof(
      fc.record({ stored: fc.constant(true as const), sha256: hash }),
      fc.constant({ stored: false, reason: "hash-differs" } as const),
    ),
  }),
);

const runs = { numRuns: 10_000 };

describe("transfer messages", () => {
  it("come out as they went in", () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeMessage(encodeMessage(sent))).toEqual({ ok: true, message: sent });
      }),
      { numRuns: 2_000 },
    );
  });

  it("are refused, never thrown at, when they are rubbish", () => {
    const rubbish = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(rubbish, ([kind, rest]) => {
        const decoded = decodeMessage(Uint8Array.of(kind, ...rest));
        expect(decoded.ok || decoded.detail.length > 0).toBe(true);
        // Only these two have room for arbitrary bytes.
        if (decoded.ok) expect(["data", "credit"]).toContain(decoded.message.type);
      }),
      runs,
    );
    expect(decodeMessage(new Uint8Array())).toMatchObject({ ok: false });
  });

  it("are refused with one more key, one value of another type, one byte behind", () => {
    const offer = { name: "a", size: 1, sha256: "0".repeat(64), media: "a/b" };
    const bad = [
      { ...offer, extra: 1 },
      { ...offer, size: "1" },
      { ...offer, size: -1 },
      { ...offer, size: 1.5 },
      { ...offer, size: limits.file + 1 },
      { ...offer, sha256: "0".repeat(63) },
      { ...offer, media: "text" },
      { ...offer, name: "" },
    ];
    for (const value of bad) {
      const bytes = Uint8Array.of(1, ...Buffer.from(JSON.stringify(value)));
      expect(decodeMessage(bytes)).toMatchObject({ ok: false });
    }
    const trailing = Uint8Array.of(...encodeMessage({ type: "offer", offer }), 0x20);
    expect(decodeMessage(trailing)).toMatchObject({ ok: false });
    const part = encodeMessage({ type: "data", offset: 0, bytes: new Uint8Array(limits.part) });
    expect(decodeMessage(part)).toMatchObject({ ok: true });
    expect(decodeMessage(Buffer.concat([part, Uint8Array.of(0)]))).toMatchObject({ ok: false });
  });

  it("are refused without repeating what the other side wrote", () => {
    const offer = { name: "a", size: 1, sha256: "0".repeat(64), media: "a/b" };
    const refusal = (kind: number, value: object) => {
      const decoded = decodeMessage(Uint8Array.of(kind, ...Buffer.from(JSON.stringify(value))));
      return decoded.ok ? "taken" : decoded.detail;
    };
    expect(refusal(1, { ...offer, size: -1 })).toBe("a message in which size is wrong");
    for (const key of ["\u001b[2J", "evil", "__proto__", "constructor"]) {
      const extra = Object.fromEntries([[key, 1]]);
      for (const [kind, value] of [
        [1, { ...offer, ...extra }],
        [2, { accept: true, ...extra }],
        [5, { stored: false, reason: "not-written", ...extra }],
      ] as const) {
        const detail = refusal(kind, Object.defineProperty(value, key, { value: 1, enumerable: true }));
        expect(detail).toBe("a message that has not the fields it should");
      }
    }
  });

  it("never make a machine throw, whatever comes in whatever order", () => {
    const input = fc.oneof(
      message.map((sent) => ({ type: "message" as const, bytes: encodeMessage(sent) })),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ type: "message" as const, bytes })),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 8 }), fc.boolean(), (inputs, accept) => {
        const sender = new Sender({ name: "a", size: 40, sha256: "0".repeat(64), media: "a/b" });
        const receiver = new Receiver();
        sender.step({ type: "start" });
        let stored = 0;
        for (const each of inputs) {
          for (const output of sender.step(each)) {
            if (output.type === "read") sender.step({ type: "part", bytes: new Uint8Array(output.length) });
            if (output.type === "stored") stored++;
          }
          for (const output of receiver.step(each))
            if (output.type === "ask") receiver.step({ type: "answer", accept });
        }
        expect(stored).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });
});
