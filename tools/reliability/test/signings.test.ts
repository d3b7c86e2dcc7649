import { expect, test } from "vitest";
import { signAndDie } from "../signings/sign-and-die.ts";

// Real processes of the built packages, killed at moments that the seed draws.
test("signers that are killed while they sign come back, and never say two shares for one nonce", async () => {
  const signings = await signAndDie(5, { seed: 20, progress: () => undefined });
  expect(signings.complaints).toEqual([]);
  const { signed, unsigned, ended, contradictions, reused } = signings;
  expect({ signed, unsigned, ended, contradictions, reused }).toEqual({
    signed: 5,
    unsigned: 0,
    ended: 0,
    contradictions: 0,
    reused: 0,
  });
  expect(signings.killed).toBeGreaterThan(0);
}, 180_000);
