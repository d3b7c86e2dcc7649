import { portableBackend } from "@countersign/spake2";
import { nodeBackend } from "@countersign/spake2/node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Element, encodeElement, M, N, P, p } from "../src/group.ts";
import { encodeScalar } from "../src/scalar.ts";
import { accepted, BACKENDS, common, complete, exchange, hex, partyA, partyB } from "./support.ts";

const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(1n, p - 1n) },
  fc.constantFrom(1n, 2n, p - 1n, p - 2n, (p - 1n) / 2n, (p + 1n) / 2n),
);
const number = BigInt(`0x${hex(common.w)}`);

describe("the backends agree", () => {
  test("on shares and K, for every w, x and y", () => {
    fc.assert(
      fc.property(scalar, scalar, scalar, (...scalars) => {
        const [w, x, y] = scalars.map(encodeScalar) as [Uint8Array, Uint8Array, Uint8Array];
        const [a, b] = [portableBackend.beginA(w, x), portableBackend.beginB(w, y)];
        const [nodeA, nodeB] = [nodeBackend.beginA(w, x), nodeBackend.beginB(w, y)];
        expect(hex(nodeA.share)).toBe(hex(a.share));
        expect(hex(nodeB.share)).toBe(hex(b.share));
        const K = a.computeK(b.share);
        for (const other of [nodeA.computeK(b.share), b.computeK(a.share), nodeB.computeK(a.share)]) {
          expect(hex(other)).toBe(hex(K));
        }
      }),
      { numRuns: 100 },
    );
  });

  // What a peer might send who guesses w: the mask alone, and so chosen that the Node backend has to double.
  test.each([
    { what: "w*N", share: (mask: Element) => mask.multiply(number), K: "00".repeat(65) },
    { what: "-w*N", share: (mask: Element) => mask.multiply(number).negate(), K: undefined },
    { what: "w*N + P", share: (mask: Element) => mask.multiply(number).add(P), K: undefined },
    { what: "w*N - P", share: (mask: Element) => mask.multiply(number).subtract(P), K: undefined },
    { what: "N", share: (mask: Element) => mask, K: undefined },
    { what: "P", share: () => P, K: undefined },
    { what: "-P", share: () => P.negate(), K: undefined },
  ])("on K with a share of $what, or the same with M", ({ share, K }) => {
    const s = encodeScalar(0x1234567890abcdefn ** 3n);
    const [pB, pA] = [encodeElement(share(N)), encodeElement(share(M))];
    const ofA = BACKENDS.map((backend) => hex(backend.beginA(common.w, s).computeK(pB)));
    const ofB = BACKENDS.map((backend) => hex(backend.beginB(common.w, s).computeK(pA)));
    expect(ofA[1]).toBe(ofA[0]);
    expect(ofB[1]).toBe(ofB[0]);
    if (K !== undefined) expect([ofA[0], ofB[0]]).toEqual([K, K]);
  });

  test("and meet each other", () => {
    const [portableA, nodeA] = BACKENDS.map((backend) => partyA({ backend }));
    const [portableB, nodeB] = BACKENDS.map((backend) => partyB({ backend }));
    if (!portableA || !nodeA || !portableB || !nodeB) return expect.fail("there are two backends");
    expect(complete(portableA, nodeB)).toEqual(complete(nodeA, portableB));
  });
});

// Whether a share is refused must not tell a guess of w, which nobody would have counted: only a confirmation may.
describe.each(BACKENDS)("a share that is the mask alone, on the $name backend", (backend) => {
  test("is taken like any other, with the right w and with a wrong one", () => {
    const [right, wrong] = [M.multiply(number), M.multiply(number + 1n)].map(encodeElement);
    for (const share of [right, wrong]) {
      expect(partyB({ backend }).consumeShare(share ?? new Uint8Array()).ok).toBe(true);
    }
  });

  test("still needs the right confirmation", () => {
    const { a } = exchange(partyA({ backend }), partyB({ backend }));
    const b = accepted(partyB({ backend }).consumeShare(encodeElement(M.multiply(number))));
    expect(b.verify(a.confirmation)).toEqual({ ok: false, code: "spake2.confirmation-mismatch" });
  });
});

test("the Node backend leaves what it is given as it was", () => {
  const [w, x] = [common.w.slice(), encodeScalar(p - 2n)];
  const pB = partyB().share;
  const kept = [w, x, pB].map((bytes) => hex(bytes));
  nodeBackend.beginA(w, x).computeK(pB);
  expect([w, x, pB].map((bytes) => hex(bytes))).toEqual(kept);
});
