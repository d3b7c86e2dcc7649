/** Why bytes from the peer were refused; stable, and deliberately coarse: a cipher must not explain itself. */
export type NoiseFailureCode =
  | "noise.truncated" // shorter than its public keys and tags
  | "noise.too-long" // above 65535 bytes
  | "noise.bad-key" // a public key of small order
  | "noise.decrypt-failed" // the tag does not fit
  | "noise.nonce-exhausted"; // n = 2^64-1, which is reserved

/** Bytes from the peer that were refused; whatever read them is as it was before. */
export interface NoiseFailure {
  readonly ok: false;
  readonly code: NoiseFailureCode;
}

/** What `HandshakeState.readMessage` answers. */
export type ReadResult = { readonly ok: true; readonly payload: Uint8Array } | NoiseFailure;

/** What `CipherState.decryptWithAd` answers. */
export type DecryptResult = { readonly ok: true; readonly plaintext: Uint8Array } | NoiseFailure;

/** Makes the result of refused bytes. */
export function failure(code: NoiseFailureCode): NoiseFailure {
  return { ok: false, code };
}
