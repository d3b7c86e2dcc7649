import { concat, u16, utf8 } from "@countersign/wire";
import { type Proving, proofBytes, prove, verifyProof } from "../proof.ts";
import { decodeScalar, SCALAR_BYTES } from "../suite.ts";
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

/** The share in such a message if `from`, whose constant commitment is `key`, made it for `to`. */
export function openShare(
  { suite, transcript }: Parameters,
  { bytes, way, key }: { bytes: Uint8Array; way: Way; key: Uint8Array },
): bigint | undefined {
  if (bytes.length !== SCALAR_BYTES + proofBytes(suite)) return undefined;
  const share = bytes.subarray(0, SCALAR_BYTES);
  const isMadeByThem = verifyProof(suite, bytes.subarray(SCALAR_BYTES), {
    key,
    message: signed(transcript, way, share),
  });
  return isMadeByThem ? decodeScalar(suite, share) : undefined;
}

function signed(transcript: Uint8Array, { from, to }: Way, share: Uint8Array): Uint8Array {
  return concat(LABEL, transcript, u16(from), u16(to), share);
}
