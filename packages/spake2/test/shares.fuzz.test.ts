import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeElement, P } from "../src/group.ts";
import { exchange, hex, partyA, partyB, unhex } from "./support.ts";

const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The rules of a share, stated a second time and without the library. */
function isValid(share: Uint8Array, ownShare: Uint8Array): boolean {
  if (share.length !== 65 || share[0] !== 4 || hex(share) === hex(ownShare)) return false;
  const [x, y] = [share.slice(1, 33), share.slice(33)].map((half) => BigInt(`0x${hex(half)}`)) as [bigint, bigint];
  return x < prime && y < prime && (y * y - (x * x * x - 3n * x + b)) % prime === 0n;
}

// A few valid shares, and as many ways to spoil them as can be thought of.
const valid = fc.constantFrom(...[1n, 2n, 3n, 2n ** 200n].map((k) => encodeElement(P.multiply(k))));
const coordinate = fc.oneof(
  fc.bigInt(0n, 2n ** 256n - 1n),
  fc.constantFrom(0n, 1n, prime - 1n, prime, prime + 1n, 2n ** 256n - 1n),
);
const share = fc.oneof(
  { weight: 30, arbitrary: fc.uint8Array({ maxLength: 130 }) },
  { weight: 25, arbitrary: fc.uint8Array({ minLength: 65, maxLength: 65 }) },
  {
    weight: 25,
    arbitrary: fc
      .tuple(coordinate, coordinate)
      .map(([x, y]) => unhex(`04${[x, y].map((c) => c.toString(16).padStart(64, "0")).join("")}`)),
  },
  {
    weight: 15,
    arbitrary: fc
      .tuple(valid, fc.nat(64), fc.integer({ min: 1, max: 255 }))
      .map(([bytes, index, change]) => bytes.with(index, (bytes[index] ?? 0) ^ change)),
  },
  { weight: 3, arbitrary: fc.tuple(valid, fc.nat(130)).map(([bytes, length]) => bytes.slice(0, length)) },
  { weight: 2, arbitrary: valid },
);

test("10,000 shares: nothing throws, exactly the valid ones are accepted", () => {
  const starts = [() => partyA(), () => partyB()];
  const parties = starts.map((start) => start());
  let accepted = 0;
  fc.assert(
    fc.property(share, fc.nat(1), (bytes, role) => {
      const party = parties[role] ?? partyA();
      const result = party.consumeShare(bytes);
      expect(result.ok).toBe(isValid(bytes, party.share));
      if (!result.ok) return;
      accepted += 1;
      parties[role] = (starts[role] ?? partyA)();
    }),
    { numRuns: 10_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test("10,000 confirmations: nothing throws, none is accepted", () => {
  const { a, b } = exchange(partyA(), partyB());
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 32, maxLength: 32 }));
  fc.assert(
    fc.property(bytes, (confirmation) => {
      expect([a.verify(confirmation).ok, b.verify(confirmation).ok]).toEqual([false, false]);
    }),
    { numRuns: 10_000 },
  );
});
