import { createA, createB, type PartyOptions, UsageError } from "@countersign/spake2";
import { describe, expect, test } from "vitest";
import { p } from "../src/group.ts";
import { Lifetime } from "../src/lifetime.ts";
import { encodeScalar } from "../src/scalar.ts";
import { accepted, common, exchange, hex, partyA, partyB, randomA } from "./support.ts";

function usage(code: string): unknown {
  return expect.objectContaining({ constructor: UsageError, name: "UsageError", code });
}

describe.each([
  { name: "createA", create: createA },
  { name: "createB", create: createB },
])("$name throws", ({ create }) => {
  const secret = new Uint8Array(31).fill(0xcd);

  test.each([
    { what: "a w of 31 bytes", changes: { w: secret }, code: "usage.bytes" },
    { what: "a w of 33 bytes", changes: { w: new Uint8Array(33) }, code: "usage.bytes" },
    { what: "a w in hex", changes: { w: "07".repeat(16) as unknown as Uint8Array }, code: "usage.bytes" },
    { what: "w = 0", changes: { w: new Uint8Array(32) }, code: "usage.w-range" },
    { what: "w = p", changes: { w: encodeScalar(p) }, code: "usage.w-range" },
    { what: "the largest w of 32 bytes", changes: { w: new Uint8Array(32).fill(0xff) }, code: "usage.w-range" },
    { what: "a random48 of 32 bytes", changes: { random48: new Uint8Array(32) }, code: "usage.bytes" },
    { what: "an idA that is a string", changes: { idA: "alice" as unknown as Uint8Array }, code: "usage.bytes" },
    { what: "an idB that is missing", changes: { idB: undefined as unknown as Uint8Array }, code: "usage.bytes" },
    { what: "an AAD that is a string", changes: { aad: "context" as unknown as Uint8Array }, code: "usage.bytes" },
    { what: "an AAD of 2^16 bits", changes: { aad: new Uint8Array(8192) }, code: "usage.aad-length" },
  ] satisfies { what: string; changes: Partial<PartyOptions>; code: string }[])("on $what", ({ changes, code }) => {
    expect(() => create({ ...common, random48: randomA, ...changes })).toThrow(usage(code));
  });

  test("with a message that holds no key material", () => {
    expect(() => create({ ...common, random48: randomA, w: secret })).toThrow("w must have 32 bytes, not 31");
    expect(() => create({ ...common, random48: randomA, w: encodeScalar(p) })).toThrow("w must be in [1, p - 1]");
  });

  test("not on the limits themselves", () => {
    for (const w of [encodeScalar(1n), encodeScalar(p - 1n)]) {
      const share = create({ ...common, random48: randomA, w, aad: new Uint8Array(8191) }).share;
      expect(hex(share.slice(0, 1))).toBe("04");
    }
  });
});

describe("after its end, an object throws", () => {
  test("a second share", () => {
    const [a, b] = [partyA(), partyB()];
    exchange(a, b);
    expect(() => a.consumeShare(b.share)).toThrow(usage("usage.share-consumed"));
    expect(() => b.consumeShare(a.share)).toThrow(usage("usage.share-consumed"));
  });

  test("a share after destroy", () => {
    const [a, b] = [partyA(), partyB()];
    a.destroy();
    b.destroy();
    b.destroy();
    expect(() => a.consumeShare(b.share)).toThrow(usage("usage.destroyed"));
    expect(() => b.consumeShare(a.share)).toThrow(usage("usage.destroyed"));
  });

  test("a confirmation after destroy, even one that was right before", () => {
    const { a, b } = exchange(partyA(), partyB());
    const { Ke } = accepted(b.verify(a.confirmation));
    a.destroy();
    b.destroy();
    expect(() => b.verify(a.confirmation)).toThrow(usage("usage.destroyed"));
    expect(() => a.verify(a.confirmation)).toThrow(usage("usage.destroyed"));
    // What verify gave out is the caller's own.
    expect(hex(Ke)).not.toBe("00".repeat(16));
  });

  test("but the keys outlive the party that they came from", () => {
    const [partyOfA, partyOfB] = [partyA(), partyB()];
    const { a, b } = exchange(partyOfA, partyOfB);
    partyOfA.destroy();
    partyOfB.destroy();
    expect(b.verify(a.confirmation).ok).toBe(true);
  });
});

test("the end of a lifetime overwrites every secret, and the first reason stays", () => {
  const secrets = [new Uint8Array(32).fill(1), new Uint8Array(16).fill(2)];
  const lifetime = new Lifetime(...secrets);
  expect(() => lifetime.assertNotEnded()).not.toThrow();
  lifetime.end("usage.share-consumed");
  lifetime.end("usage.destroyed");
  expect(secrets).toEqual([new Uint8Array(32), new Uint8Array(16)]);
  expect(() => lifetime.assertNotEnded()).toThrow(usage("usage.share-consumed"));
});

test("what verify hands out is a copy: wiping it leaves the next", () => {
  const { a, b } = exchange(partyA(), partyB());
  const first = accepted(b.verify(a.confirmation));
  const [Ke, cB] = [first.Ke.slice(), first.confirmation.slice()];
  first.Ke.fill(0);
  first.confirmation.fill(0);
  expect(accepted(b.verify(a.confirmation))).toEqual({ ok: true, Ke, confirmation: cB });
  accepted(a.verify(cB)).Ke.fill(0);
  expect(accepted(a.verify(cB)).Ke).toEqual(Ke);
});
