import type { NextRound } from "@countersign/session";
import { concat } from "@countersign/wire";
import { encodeCommitments } from "./commitments.ts";
import { committedState } from "./keygen-state.ts";
import type { Parameters } from "./parameters.ts";

/** Draws a polynomial and commits to it: the messages of round 1. */
export function commit(parameters: Parameters): NextRound {
  const { suite, threshold, numbers, randomBytes } = parameters;
  const signers = { min: threshold, max: numbers.length };
  const random = (length = 32) => new Uint8Array(randomBytes(length));
  const polynomial = suite.frost.utils.generateSecretPolynomial(signers, undefined, undefined, random);
  const commitments = concat(...polynomial.commitment);
  const own = { coefficients: polynomial.coefficients, commitments, seed: randomBytes(32) };
  return {
    type: "round",
    state: committedState.encode(parameters, own),
    broadcast: encodeCommitments(parameters, own),
  };
}
