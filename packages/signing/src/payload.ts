/** What the parties are asked to sign. */
export type Payload =
  | { readonly kind: "psbt" /** BIP-174, binary. */; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };
