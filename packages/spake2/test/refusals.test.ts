import { describe, expect, test } from "vitest";
import { checkShare } from "../src/group.ts";
import { complete, exchange, partyA, partyB, unhex } from "./support.ts";

const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;

function shareOf(x: bigint, y: bigint): Uint8Array {
  return unhex(`04${x.toString(16).padStart(64, "0")}${y.toString(16).padStart(64, "0")}`);
}

/** A point whose x is so small that x + prime still fits into 32 bytes. */
const small = { x: 5n, y: 0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbccn };
const good = partyB({ random48: new Uint8Array(48).fill(3) }).share;

describe.each([
  { party: "A", start: partyA },
  { party: "B", start: partyB },
])("$party refuses a share", ({ start }) => {
  const at = (index: number, value: number) => good.with(index, value);

  test.each([
    { what: "that is empty", share: new Uint8Array(0), code: "spake2.share-length" },
    { what: "of one byte, the unit element of SEC 1", share: new Uint8Array(1), code: "spake2.share-length" },
    { what: "that is compressed", share: good.slice(0, 33).with(0, 2), code: "spake2.share-length" },
    { what: "of 64 bytes", share: good.slice(0, 64), code: "spake2.share-length" },
    { what: "of 66 bytes", share: new Uint8Array([...good, 0]), code: "spake2.share-length" },
    { what: "that begins with 00", share: at(0, 0), code: "spake2.share-format" },
    { what: "that begins with 02", share: at(0, 2), code: "spake2.share-format" },
    { what: "in the hybrid form, 06", share: at(0, 6), code: "spake2.share-format" },
    { what: "in the hybrid form, 07", share: at(0, 7), code: "spake2.share-format" },
    { what: "of nothing but zeros", share: new Uint8Array(65), code: "spake2.share-format" },
    { what: "that is (0, 0)", share: shareOf(0n, 0n), code: "spake2.share-identity" },
    { what: "with another y", share: at(64, (good[64] ?? 0) ^ 1), code: "spake2.share-off-curve" },
    { what: "with another x", share: at(32, (good[32] ?? 0) ^ 1), code: "spake2.share-off-curve" },
    { what: "with x + prime for x", share: shareOf(small.x + prime, small.y), code: "spake2.share-off-curve" },
    { what: "with x = prime", share: shareOf(prime, small.y), code: "spake2.share-off-curve" },
    { what: "with y = prime", share: shareOf(small.x, prime), code: "spake2.share-off-curve" },
    { what: "of all ones", share: at(0, 4).fill(0xff, 1), code: "spake2.share-off-curve" },
    { what: "that is its own", share: start().share, code: "spake2.share-own" },
  ])("$what: $code", ({ share, code }) => {
    expect(start().consumeShare(share)).toEqual({ ok: false, code });
  });

  test("but takes the point that the cases with a small x are made from", () => {
    expect(start().consumeShare(shareOf(small.x, small.y)).ok).toBe(true);
  });
});

test("what is no share is told without a run; whose it is and which password it hides only a run can tell", () => {
  const noShares = [new Uint8Array(0), good.slice(0, 64), good.with(0, 2), shareOf(0n, 0n), shareOf(small.x, prime)];
  expect(noShares.map((share) => checkShare(share))).toEqual([
    { ok: false, code: "spake2.share-length" },
    { ok: false, code: "spake2.share-length" },
    { ok: false, code: "spake2.share-format" },
    { ok: false, code: "spake2.share-identity" },
    { ok: false, code: "spake2.share-off-curve" },
  ]);
  expect(checkShare(good)).toEqual({ ok: true });
});

test("a refused share leaves no trace: the run goes on as if it had not come", () => {
  const undisturbed = complete(partyA(), partyB());
  const [a, b] = [partyA(), partyB()];
  const bad = [new Uint8Array(0), new Uint8Array(65), good.with(64, (good[64] ?? 0) ^ 1), shareOf(0n, 0n)];
  for (const share of [...bad, a.share]) expect(a.consumeShare(share).ok).toBe(false);
  for (const share of [...bad, b.share]) expect(b.consumeShare(share).ok).toBe(false);
  expect(complete(a, b)).toEqual(undisturbed);
});

describe("a confirmation is refused", () => {
  const { a, b } = exchange(partyA(), partyB());
  const cA = a.confirmation;

  test.each([0, 16, 31, 33])("with %i bytes", (length) => {
    const bytes = new Uint8Array([...cA, 0]).slice(0, length);
    expect(a.verify(bytes)).toEqual({ ok: false, code: "spake2.confirmation-length" });
    expect(b.verify(bytes)).toEqual({ ok: false, code: "spake2.confirmation-length" });
  });

  test("with any single bit changed", () => {
    const results = Array.from({ length: 256 }, (_, bit) => {
      const byte = bit >> 3;
      return b.verify(cA.with(byte, (cA[byte] ?? 0) ^ (1 << (bit & 7))));
    });
    expect(results.filter((r) => r.ok || r.code !== "spake2.confirmation-mismatch")).toEqual([]);
  });

  test("when it is one's own, sent back", () => {
    expect(a.verify(cA)).toEqual({ ok: false, code: "spake2.confirmation-mismatch" });
  });

  test("and the right one is taken afterwards all the same, by both", () => {
    const confirmed = b.verify(cA);
    expect(confirmed.ok && a.verify(confirmed.confirmation).ok).toBe(true);
  });
});
