import type { Received } from "@countersign/session";
import { concat, u16, utf8 } from "@countersign/wire";
import { type Claim, proofBytes, prove, verifyProofs } from "../proof.ts";
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

/** The commitments of the others by number; without those of which one is no element, or the proof is not right. */
export function openCommitments(parameters: Parameters, received: readonly Received[]): Map<number, Commitments> {
  const { suite, randomBytes } = parameters;
  const read = received.flatMap(({ from, broadcast }) => {
    const found = broadcast && readCommitments(parameters, from, broadcast);
    return found === undefined ? [] : [found];
  });
  const areProven = verifyProofs(
    suite,
    read.map(({ claim }) => claim),
    randomBytes,
  );
  return new Map(read.flatMap(({ from, commitments }, at) => (areProven[at] ? [[from, commitments]] : [])));
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

interface Read {
  readonly from: number;
  readonly commitments: Commitments;
  /** That who sent them knows the constant coefficient. */
  readonly claim: Claim;
}

function readCommitments(parameters: Parameters, from: number, bytes: Uint8Array): Read | undefined {
  const { suite, threshold } = parameters;
  const length = threshold * suite.elementBytes;
  if (bytes.length !== length + proofBytes(suite)) return undefined;
  const encoded = bytes.slice(0, length);
  const elements = parseCommitments(parameters, encoded);
  const key = elements?.[0];
  if (elements === undefined || key === undefined) return undefined;
  const encodedKey = encoded.subarray(0, suite.elementBytes);
  const claim = { key, encodedKey, message: proven(parameters, from, encoded), proof: bytes.subarray(length) };
  return { from, commitments: { encoded, elements }, claim };
}

function proven({ transcript, threshold }: Parameters, number: number, commitments: Uint8Array): Uint8Array {
  return concat(LABEL, transcript, u16(number), u16(threshold), commitments);
}
