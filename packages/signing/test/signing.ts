import type { RoundProtocol, Step } from "@countersign/session";
import { frostSign, type KeyShare, type Payload, type Review, type SigningResult } from "../src/index.ts";
import { seeded } from "./keys.ts";
import { type RunOptions, runRounds } from "./run-rounds.ts";

/** GT of the session in which the tests sign. */
export const signTranscript = new Uint8Array(32).fill(9);

export interface SignRun extends RunOptions {
  readonly shares: ReadonlyMap<number, KeyShare>;
  readonly signers: readonly number[];
  /** Proposals by number. */
  readonly proposals: Readonly<Record<number, Payload>>;
  /** Of the parties' randomness. */
  readonly seed?: number;
  readonly approve?: (number: number, review: Review) => boolean | Promise<boolean>;
}

/** The protocols of a signing's parties. */
export function signersOf({ shares, signers, proposals, seed = 1000, approve = () => true }: SignRun) {
  return signers.map((number): [number, RoundProtocol<SigningResult>] => {
    const share = shares.get(number);
    if (share === undefined) throw new Error(`no share of number ${number}`);
    const proposal = proposals[number];
    const protocol = frostSign({
      share,
      signers,
      transcript: signTranscript,
      ...(proposal && { proposal }),
      approve: (review) => approve(number, review),
      randomBytes: seeded(seed + number),
    });
    return [number, protocol];
  });
}

/** A signing of all its parties. */
export function sign(run: SignRun): Promise<Map<number, Step<SigningResult>>> {
  return runRounds(new Map(signersOf(run)), run);
}

/** The one result that all signers have. */
export async function signed(run: SignRun): Promise<SigningResult> {
  const steps = [...(await sign(run)).values()];
  const results = steps.map((step) => {
    if (step.type !== "done") throw new Error(`no result: ${JSON.stringify(step)}`);
    return step;
  });
  const [first] = results;
  if (first === undefined) throw new Error("nobody signed");
  for (const { result, outcome } of results) {
    if (JSON.stringify([result, outcome]) !== JSON.stringify([first.result, first.outcome]))
      throw new Error("results differ");
  }
  return first.result;
}
