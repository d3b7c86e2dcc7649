import type { Step } from "@countersign/session";
import { SeededRandom } from "@countersign/testkit";
import { frostKeygen, type KeyShare, type SuiteName } from "../src/index.ts";
import { type RunOptions, runRounds } from "./run-rounds.ts";

export const suiteNames: readonly SuiteName[] = ["secp256k1-taproot", "ed25519"];

export const transcript = new Uint8Array(32).fill(7);

/** A party's source of randomness: the same bytes each time. */
export function seeded(seed: number): (length: number) => Uint8Array {
  return new SeededRandom(seed).bytes;
}

export interface KeygenRun extends RunOptions {
  readonly suite: SuiteName;
  readonly numbers: readonly number[];
  readonly threshold: number;
}

/** A key generation of all parties. */
export function keygen({ suite, numbers, threshold, ...options }: KeygenRun): Promise<Map<number, Step<KeyShare>>> {
  const parties = numbers.map((self) => {
    const protocol = frostKeygen({ suite, numbers, self, threshold, transcript, randomBytes: seeded(self) });
    return [self, protocol] as const;
  });
  return runRounds(new Map(parties), options);
}

/** The shares of a key that is made for a test. */
export async function makeKey(run: KeygenRun): Promise<Map<number, KeyShare>> {
  const steps = await keygen(run);
  return new Map(
    [...steps].map(([number, step]) => {
      if (step.type !== "done") throw new Error(`number ${number} has no key: ${step.type}`);
      return [number, step.result];
    }),
  );
}
