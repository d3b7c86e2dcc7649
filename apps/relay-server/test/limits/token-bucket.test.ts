import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBucket } from "../../src/limits/token-bucket.ts";

it.each([1, 3, 100, 300, 1_048_576])("%d a second: as many at once, one more after its time", (perSecond) => {
  const bucket = new TokenBucket(perSecond);
  for (let i = 0; i < Math.min(perSecond, 1_000); i++) {
    expect(bucket.wait(perSecond / Math.min(perSecond, 1_000), 5)).toBe(0);
    bucket.take(perSecond / Math.min(perSecond, 1_000), 5);
  }
  const wait = Math.ceil(1_000 / perSecond);
  expect(bucket.wait(1, 5)).toBe(wait);
  expect(bucket.wait(1, 5 + wait)).toBe(0);
  expect(bucket.wait(perSecond, 1_004)).toBe(1);
  expect(bucket.wait(perSecond, 1_005)).toBe(0);
});

it("what is charged afterwards costs at most another second", () => {
  const bucket = new TokenBucket(10);
  bucket.charge(1_000, 0);
  expect(bucket.wait(0, 0)).toBe(1_000);
  expect(bucket.wait(1, 0)).toBe(1_100);
});

it("may save up for longer, and says what is left and when all is", () => {
  const bucket = new TokenBucket(10, 30_000);
  expect([bucket.left(0), bucket.recovery(0)]).toEqual([300, 0]);
  bucket.charge(299, 0);
  expect([bucket.left(0), bucket.recovery(0)]).toEqual([1, 29_900]);
  bucket.charge(2, 0);
  expect([bucket.left(0), bucket.wait(0, 0)]).toEqual([0, 100]);
  expect([bucket.left(1_099), bucket.left(1_100)]).toEqual([9, 10]);
  bucket.charge(1_000, 0);
  expect([bucket.wait(0, 0), bucket.recovery(0)]).toEqual([30_000, 60_000]);
});

it("never gives more than a second's worth above its rate, whoever asks when", () => {
  const asked = fc.array(fc.record({ after: fc.nat(400), amount: fc.integer({ min: 1, max: 50 }) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 500 }), asked, (perSecond, steps) => {
      const bucket = new TokenBucket(perSecond);
      let now = 0;
      let taken = 0;
      for (const { after, amount } of steps) {
        now += after;
        const wait = bucket.wait(amount, now);
        if (wait > 0) {
          // It is told exactly how long: then, and no sooner.
          expect(bucket.wait(amount, now + wait)).toBe(0);
          expect(bucket.wait(amount, now + wait - 1)).toBeGreaterThan(0);
          continue;
        }
        bucket.take(amount, now);
        taken += amount;
        expect(taken).toBeLessThanOrEqual(perSecond * (1 + now / 1_000) + 1e-6);
      }
    }),
  );
});
