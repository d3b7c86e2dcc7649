import { expect, test } from "vitest";
import { survive } from "../survivors.ts";

// Real processes of the built packages, killed at moments that the seed draws.
test("two parties that are killed 20 times lose nothing, hear nothing twice and use no nonce twice", async () => {
  const survival = await survive(20, { seed: 20, progress: () => undefined });
  expect(survival.complaints).toEqual([]);
  const { unlinked, failed, lost, duplicated, reordered, reused } = survival;
  expect({ unlinked, failed, lost, duplicated, reordered, reused }).toEqual({
    unlinked: 0,
    failed: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    reused: 0,
  });
  expect(survival.killed).toBeGreaterThanOrEqual(20);
  expect(survival.kept).toBeGreaterThan(20);
}, 180_000);
