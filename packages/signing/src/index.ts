export { keyGroup, keyId, keyOutcome, type PublicKeyShare } from "./key-names.ts";
export { decodeKeyShare, encodeKeyShare, type KeyShare } from "./key-share.ts";
export { frostKeygen } from "./keygen/frost-keygen.ts";
export type { KeygenOptions } from "./keygen/keygen-options.ts";
export type { Network } from "./network.ts";
export { decodePayload, encodePayload, PAYLOAD_BYTES, type Payload } from "./payload.ts";
export type {
  BytesReview,
  PsbtReview,
  Review,
  ReviewBase,
  ReviewedInput,
  ReviewedOutput,
  TextReview,
} from "./review.ts";
export { payloadDigest, type ReviewContext, reviewPayload } from "./review-payload.ts";
export type { Approve } from "./sign/approval.ts";
export { frostSign } from "./sign/frost-sign.ts";
export type { SignOptions } from "./sign/sign-options.ts";
export { decodeSigningResult, encodeSigningResult, type SigningResult } from "./signing-result.ts";
export type { SuiteName } from "./suite.ts";
export { taprootAddress } from "./taproot.ts";
