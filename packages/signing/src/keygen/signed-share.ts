import { concat, u16, utf8 } from "@countersign/wire";
import { type Proving, proofBytes, prove, verifyProofs } from "../proof.ts";
import { decodeElement, decodeScalar, SCALAR_BYTES } from "../suite.ts";
import type { Parameters } from "./parameters.ts";

const LABEL = utf8("countersign/1 frost-share");

/** From whom to whom a share goes. */
export interface Way {
  readonly from: number;
  readonly to: number;
}

/** Who signs shares: by the constant coefficient of the polynomial, the commitment to which is `key`. */
export type ShareSigner = Pick<Proving, "secret" | "key" | "random">;

/**
 * The message of round 2, to one: f(number of the recipient), and a proof over it by the constant coefficient of f. The
 * proof makes a wrong share evidence: all parties hold the commitment to that coefficient and can check who made it.
 */
export function signShare(
  { suite, transcript }: Parameters,
  { share, way, signer }: { share: bigint; way: Way; signer: ShareSigner },
): Uint8Array {
  const bytes = suite.encodeScalar(share);
  return concat(bytes, prove({ suite, ...signer, message: signed(transcript, way, bytes) }));
}

/** A message that came as the share of `from`, the commitment to whose constant coefficient is `key`. */
export interface SentShare {
  readonly bytes: Uint8Array;
  readonly way: Way;
  /** Encoded. */
  readonly key: Uint8Array;
}

/** The shares in such messages, in their order; undefined for what `from` did not make for `to`. */
export function openShares(parameters: Parameters, sent: readonly SentShare[]): (bigint | undefined)[] {
  const { suite, transcript, randomBytes } = parameters;
  const read = sent.map(({ bytes, way, key }) => {
    const element = decodeElement(suite, key);
    if (element === undefined || bytes.length !== SCALAR_BYTES + proofBytes(suite)) return undefined;
    const share = bytes.subarray(0, SCALAR_BYTES);
    const proof = bytes.subarray(SCALAR_BYTES);
    return { share, claim: { key: element, encodedKey: key, message: signed(transcript, way, share), proof } };
  });
  const wellFormed = read.filter((each) => each !== undefined);
  const areTrue = verifyProofs(
    suite,
    wellFormed.map(({ claim }) => claim),
    randomBytes,
  );
  const made = new Set(wellFormed.filter((_, at) => areTrue[at]));
  return read.map((each) => (each && made.has(each) ? decodeScalar(suite, each.share) : undefined));
}

function signed(transcript: Uint8Array, { from, to }: Way, share: Uint8Array): Uint8Array {
  return concat(LABEL, transcript, u16(from), u16(to), share);
}
