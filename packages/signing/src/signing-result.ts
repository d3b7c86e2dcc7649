/** What a signing ends with: checked by this party against the group's key before it is handed out. */
export type SigningResult =
  | {
      readonly kind: "psbt";
      /** The proposal with the group's inputs signed and finalised. */
      readonly psbt: Uint8Array;
      /** The transaction as the network takes it; missing while inputs of others wait for their signatures. */
      readonly transaction?: Uint8Array;
      /** In the order of explorers, hex. */
      readonly txid?: string;
    }
  | { readonly kind: "message"; readonly signature: Uint8Array };
