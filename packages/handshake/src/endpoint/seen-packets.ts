/** Packets of one channel without numbers; with more of them it could not be told any more which one is new. */
const MOST_PACKETS = 65_536;

/** Tells a packet from its repetition where it has no number: by its nonce, which nobody uses twice under one key. */
export class SeenPackets {
  private readonly nonces = new Set<string>();

  /** Whether no more packets can be told apart. */
  get full(): boolean {
    return this.nonces.size >= MOST_PACKETS;
  }

  /** Whether a packet with this nonce was not there before; from now on it was. */
  isNew(nonce: Uint8Array): boolean {
    const name = String.fromCharCode(...nonce);
    if (this.nonces.has(name)) return false;
    this.nonces.add(name);
    return true;
  }
}
