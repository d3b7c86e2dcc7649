import { concat, encodeHandshakeHeader, Step, utf8 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBody } from "../../src/cs43/body.ts";
import {
  decodeLinkPayload,
  decodeUriPayload,
  encodeLinkPayload,
  encodeUriPayload,
} from "../../src/cs43/link-payload.ts";

const runs = { numRuns: 10_000 };
const at = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const introduction = { ed25519: new Uint8Array(32).fill(3), label: "alice" };
const good = [
  encodeLinkPayload({ at: 7n, next: 0n, introduction }),
  encodeLinkPayload({ at: 7n, next: 12n, introduction: undefined }),
  encodeUriPayload(7n, "countersign:x"),
];

/** Anything, good payloads with one byte changed, and good payloads cut. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 1_100 }),
  fc.tuple(fc.constantFrom(...good), fc.nat(255), fc.nat(255)).map(([bytes, index, value]) => {
    const changed = bytes.slice();
    changed[index] = value;
    return changed;
  }),
  fc.tuple(fc.constantFrom(...good), fc.nat(256)).map(([bytes, length]) => bytes.slice(0, length)),
);

describe("payloads of handshake messages", () => {
  test("a link is read back as it was written, and nothing that is read has another form", () => {
    fc.assert(
      fc.property(payload, fc.boolean(), (bytes, introduced) => {
        const link = decodeLinkPayload(bytes, introduced);
        if (link.ok) expect(encodeLinkPayload(link.value)).toEqual(bytes);
      }),
      runs,
    );
    fc.assert(
      fc.property(at, at, (atOf, next) => {
        const link = { at: atOf, next, introduction };
        expect(decodeLinkPayload(encodeLinkPayload(link), true)).toEqual({ ok: true, value: link });
      }),
    );
  });

  test("a uri is read back as it was written, and nothing that is read has another form", () => {
    fc.assert(
      fc.property(payload, (bytes) => {
        const uri = decodeUriPayload(bytes);
        if (uri.ok) expect(encodeUriPayload(uri.value.at, uri.value.uri)).toEqual(bytes);
      }),
      runs,
    );
  });

  test("a link without its introduction, or with one where none belongs, is refused", () => {
    const [introducing = utf8(""), bare = utf8("")] = good;
    expect([decodeLinkPayload(introducing, false).ok, decodeLinkPayload(bare, true).ok]).toEqual([false, false]);
  });
});

test("bodies: any bytes are read or refused, and only lengths that their step has are read", () => {
  const lengths: Readonly<Record<Step, readonly number[]>> = {
    [Step.P1]: [65],
    [Step.P2]: [65],
    [Step.P3]: [80 + 256, 80 + 1_024],
    [Step.P4]: [128 + 256, 128 + 1_024],
    [Step.P5]: [64 + 256, 64 + 1_024],
    [Step.K1]: [48 + 256, 48 + 1_024],
    [Step.K2]: [48 + 256, 48 + 1_024],
    [Step.G1]: [32],
  };
  const steps = Object.values(Step);
  const body = fc
    .record({
      step: fc.constantFrom(...steps),
      at,
      length: fc.oneof(fc.nat(1_300), fc.constantFrom(32, 65, 336, 384, 320, 304)),
    })
    .map(({ step, at: atOf, length }) =>
      concat(encodeHandshakeHeader({ exch: new Uint8Array(16), step, at: atOf }), new Uint8Array(length)),
    );
  fc.assert(
    fc.property(fc.oneof(body, fc.uint8Array({ maxLength: 400 })), (bytes) => {
      const read = readBody(bytes);
      if (!read.ok) return;
      expect(lengths[read.value.step]).toContain(read.value.content.length);
      expect(read.value.content.length).toBe(bytes.length - 26);
    }),
    runs,
  );
});
