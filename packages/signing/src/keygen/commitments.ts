import { concat, u16, utf8 } from "@countersign/wire";
import { proofBytes, prove, verifyProof } from "../proof.ts";
import { decodeElement, type Element } from "../suite.ts";
import type { Parameters } from "./parameters.ts";

const LABEL = utf8("countersign/1 frost-pok");

/** The message of round 1, to all: commitments to the coefficients of one's polynomial, and that one knows the constant one. */
export function encodeCommitments(
  parameters: Parameters,
  { coefficients, commitments, seed }: { coefficients: readonly bigint[]; commitments: Uint8Array; seed: Uint8Array },
): Uint8Array {
  const { suite, self } = parameters;
  const message = proven(parameters, self, commitments);
  const key = commitments.subarray(0, suite.elementBytes);
  const proof = prove({ suite, secret: coefficients[0] ?? 0n, key, message, random: seed });
  return concat(commitments, proof);
}

/** Commitments to a polynomial, as bytes and as what the bytes stand for. */
export interface Commitments {
  readonly encoded: Uint8Array;
  readonly elements: readonly Element[];
}

/** The commitments of party `from`; undefined where one is no element, or the proof is not right. */
export function openCommitments(parameters: Parameters, from: number, bytes: Uint8Array): Commitments | undefined {
  const { suite, threshold } = parameters;
  const length = threshold * suite.elementBytes;
  if (bytes.length !== length + proofBytes(suite)) return undefined;
  const encoded = bytes.slice(0, length);
  const key = encoded.subarray(0, suite.elementBytes);
  const message = proven(parameters, from, encoded);
  if (!verifyProof(suite, bytes.subarray(length), { key, message })) return undefined;
  const elements = parseCommitments(parameters, encoded);
  return elements && { encoded, elements };
}

/** The elements of encoded commitments; undefined where one is none. */
export function parseCommitments({ suite }: Parameters, commitments: Uint8Array): Element[] | undefined {
  const elements: Element[] = [];
  for (let at = 0; at < commitments.length; at += suite.elementBytes) {
    const element = decodeElement(suite, commitments.subarray(at, at + suite.elementBytes));
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

function proven({ transcript, threshold }: Parameters, number: number, commitments: Uint8Array): Uint8Array {
  return concat(LABEL, transcript, u16(number), u16(threshold), commitments);
}
