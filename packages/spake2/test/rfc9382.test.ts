import { createA, createB } from "@countersign/spake2";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { confirmation, confirmationKeys, sharedKeys } from "../src/key-schedule.ts";
import { transcript } from "../src/transcript.ts";
import { type RfcCase, rfcCases } from "./rfc9382-appendix-b.ts";
import { BACKENDS, complete, exchange, hex, seedOf, unhex, utf8 } from "./support.ts";

describe.each(rfcCases)("RFC 9382 appendix B, A = '$A', B = '$B'", (rfc: RfcCase) => {
  const [pA, pB] = [unhex(rfc.pA), unhex(rfc.pB)];

  describe.each(BACKENDS)("on the $name backend", (backend) => {
    const a = backend.beginA(unhex(rfc.w), unhex(rfc.x));
    const b = backend.beginB(unhex(rfc.w), unhex(rfc.y));

    test("the shares pA and pB", () => {
      expect(hex(a.share)).toBe(rfc.pA);
      expect(hex(b.share)).toBe(rfc.pB);
    });

    test("K is the same on both sides", () => {
      expect(hex(a.computeK(pB))).toBe(rfc.K);
      expect(hex(b.computeK(pA))).toBe(rfc.K);
    });
  });

  test("TT and the key schedule", () => {
    const TT = transcript({ A: utf8(rfc.A), B: utf8(rfc.B), pA, pB, K: unhex(rfc.K), w: unhex(rfc.w) });
    expect(hex(sha256(TT))).toBe(rfc.HashTT);
    const { Ke, Ka } = sharedKeys(TT);
    expect(hex(Ke)).toBe(rfc.Ke);
    expect(hex(Ka)).toBe(rfc.Ka);
    const { KcA, KcB } = confirmationKeys(Ka, new Uint8Array(0));
    expect(hex(KcA)).toBe(rfc.KcA);
    expect(hex(KcB)).toBe(rfc.KcB);
    expect(hex(confirmation(KcA, TT))).toBe(rfc.cA);
    expect(hex(confirmation(KcB, TT))).toBe(rfc.cB);
  });

  test.each(BACKENDS)("the same through the public API, on the $name backend", (backend) => {
    const start = () => {
      const options = { w: unhex(rfc.w), idA: utf8(rfc.A), idB: utf8(rfc.B), backend };
      return {
        a: createA({ ...options, random48: seedOf(rfc.x) }),
        b: createB({ ...options, random48: seedOf(rfc.y) }),
      };
    };
    const { a, b } = start();
    expect(hex(a.share)).toBe(rfc.pA);
    expect(hex(b.share)).toBe(rfc.pB);
    expect(hex(exchange(a, b).a.confirmation)).toBe(rfc.cA);
    const again = start();
    const confirmed = complete(again.a, again.b);
    expect(hex(confirmed.b.confirmation)).toBe(rfc.cB);
    expect(hex(confirmed.a.Ke)).toBe(rfc.Ke);
    expect(hex(confirmed.b.Ke)).toBe(rfc.Ke);
  });
});
