import { decodeHex } from "@countersign/wire";

/** A vector of RFC 9591, appendix E, as it is published. */
export interface Rfc9591 {
  readonly config: { readonly MAX_PARTICIPANTS: string; readonly MIN_PARTICIPANTS: string };
  readonly inputs: {
    readonly participant_list: readonly number[];
    readonly group_secret_key: string;
    readonly group_public_key: string;
    readonly message: string;
    readonly share_polynomial_coefficients: readonly string[];
    readonly participant_shares: readonly { readonly identifier: number; readonly participant_share: string }[];
  };
  readonly round_one_outputs: { readonly outputs: readonly RoundOne[] };
  readonly round_two_outputs: {
    readonly outputs: readonly { readonly identifier: number; readonly sig_share: string }[];
  };
  readonly final_output: { readonly sig: string };
}

export interface RoundOne {
  readonly identifier: number;
  readonly hiding_nonce_randomness: string;
  readonly binding_nonce_randomness: string;
  readonly hiding_nonce: string;
  readonly binding_nonce: string;
  readonly hiding_nonce_commitment: string;
  readonly binding_nonce_commitment: string;
}

/** Bytes of a value of a vector. */
export function unhex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeHex(text.toLowerCase());
  if (!bytes.ok) throw new Error(`not hex: ${text}`);
  return new Uint8Array(bytes.value);
}
