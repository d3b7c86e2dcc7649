/** What one party has committed to, and that it has opened it: 32 bytes each. */
export interface Opening {
  readonly number: number;
  readonly commitment: Uint8Array;
  readonly nonce: Uint8Array;
}
