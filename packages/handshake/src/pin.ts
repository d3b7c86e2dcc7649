/** The keys that are kept of a peer after the SAS was confirmed by everyone (spec 0003, section 7). */
export interface Pin {
  /** X25519 static public key, 32 bytes. */
  readonly noiseStatic: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly ed25519: Uint8Array;
  /** Secret, 32 bytes: psk of the next re-link. */
  readonly linkPsk: Uint8Array;
}

/** A party as the SAS screen shows it. */
export interface Party {
  readonly number: number;
  /** What the party calls itself. Known to the parties only. */
  readonly label: string;
}

/** A pinned peer. With two parties its number may be another one in every session; with more it is the key share's. */
export type PinnedPeer = Pin & Party;
