/** The protocol versions that this side speaks. */
export const VERSIONS = Uint8Array.of(1);
