/** Why a share was refused; the party is then as it was before. */
export type ShareRefusal =
  | "spake2.share-length" // not 65 bytes
  | "spake2.share-format" // not SEC 1 uncompressed: the first byte is not 04
  | "spake2.share-identity" // (0, 0), which some libraries print for the point at infinity
  | "spake2.share-own" // byte for byte one's own share, sent back
  | "spake2.share-off-curve"; // a coordinate is not below the prime of the field, or the curve equation does not hold

/** Why a confirmation was refused. */
export type ConfirmationRefusal =
  | "spake2.confirmation-length" // not 32 bytes
  | "spake2.confirmation-mismatch"; // another w, another identity, another AAD, or a changed share

/** What came from the peer and was not accepted, with a stable code; public. */
export interface Refused<Code extends string> {
  readonly ok: false;
  readonly code: Code;
}

export function refuse<Code extends string>(code: Code): Refused<Code> {
  return { ok: false, code };
}
