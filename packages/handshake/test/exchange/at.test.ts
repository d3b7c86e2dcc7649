import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFarFuture, LAST_AT, nextAt, Order, orderOf } from "../../src/exchange/at.ts";

const u64 = fc.bigInt({ min: 0n, max: LAST_AT });

describe("a new at", () => {
  test.each([
    [Order.EVEN, 0n, 0, 2n],
    [Order.ODD, 0n, 0, 1n],
    [Order.EVEN, 1n, 0, 2n],
    [Order.ODD, 1n, 0, 3n],
    [Order.EVEN, 0n, 1_760_000_000, 1_760_000_000n],
    [Order.ODD, 0n, 1_760_000_000, 1_760_000_001n],
    [Order.ODD, 1_760_000_001n, 1_760_000_000, 1_760_000_003n],
    [Order.EVEN, 2n ** 53n, 0, 2n ** 53n + 2n],
    [Order.ODD, 2n ** 53n, 0, 2n ** 53n + 1n],
    [Order.ODD, LAST_AT - 2n, 0, LAST_AT],
    [Order.EVEN, LAST_AT - 2n, 0, LAST_AT - 1n],
    [Order.EVEN, LAST_AT - 1n, 0, undefined],
    [Order.ODD, LAST_AT, 0, undefined],
    [Order.ODD, 5n, -100, 7n],
  ])("order %s after %s at %s s is %s", (order, highest, seconds, expected) => {
    expect(nextAt(order, highest, seconds)).toBe(expected);
  });

  test("is above all before it, at least the clock, of one's own order, and the lowest such", () => {
    fc.assert(
      fc.property(fc.constantFrom(Order.EVEN, Order.ODD), u64, fc.nat(), (order, highest, seconds) => {
        const at = nextAt(order, highest, seconds);
        const floor = highest >= BigInt(seconds) ? highest + 1n : BigInt(seconds);
        if (at === undefined) {
          expect(floor > LAST_AT || (floor === LAST_AT && order === Order.EVEN)).toBe(true);
          return;
        }
        expect(at & 1n).toBe(order);
        expect(at - floor === 0n || at - floor === 1n).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("the far future begins as far as the cap says above what is highest or the clock, whichever is more", () => {
  const cap = 2n ** 32n;
  expect(isFarFuture(cap + 10n, { highest: 10n, unixSeconds: 5, cap })).toBe(false);
  expect(isFarFuture(cap + 11n, { highest: 10n, unixSeconds: 5, cap })).toBe(true);
  expect(isFarFuture(cap + 100n, { highest: 10n, unixSeconds: 100, cap })).toBe(false);
  expect(isFarFuture(cap + 101n, { highest: 10n, unixSeconds: 100, cap })).toBe(true);
});

test("the bytewise higher endpoint is ODD, and there is no order between equals", () => {
  const [low, high] = [Uint8Array.of(1, 255), Uint8Array.of(2, 0)];
  expect(orderOf(high, low)).toBe(Order.ODD);
  expect(orderOf(low, high)).toBe(Order.EVEN);
  expect(() => orderOf(low, low.slice())).toThrow(expect.objectContaining({ code: "usage.same-endpoint" }));
});
