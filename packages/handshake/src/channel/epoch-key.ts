import { type CipherFunctions, type CipherKey, rekey } from "@countersign/noise";
import { EPOCH } from "./limits.ts";

/** The epoch that frame `n` belongs to. */
export function epochOf(n: number): number {
  return Math.floor(n / EPOCH);
}

/** The key of one epoch of one direction (spec 0004, section 7; Noise section 11.3). */
export class EpochKey {
  readonly epoch: number;
  readonly key: CipherKey;
  private readonly cipher: CipherFunctions;
  private readonly k: Uint8Array;

  /** `k`: 32 bytes, secret; taken over, and overwritten by `destroy`. */
  constructor(cipher: CipherFunctions, k: Uint8Array, epoch: number) {
    this.cipher = cipher;
    this.k = k;
    this.epoch = epoch;
    this.key = cipher.importKey(k);
  }

  /** The key of the epoch after this one: REKEY(k). This one stays as it is. */
  successor(): EpochKey {
    return new EpochKey(this.cipher, rekey(this.cipher, this.k), this.epoch + 1);
  }

  destroy(): void {
    this.key.destroy();
    this.k.fill(0);
  }
}
