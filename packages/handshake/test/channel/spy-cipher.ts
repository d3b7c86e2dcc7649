import { type CipherFunctions, MAX_NONCE, portableBackend } from "@countersign/noise";
import { encodeHex } from "@countersign/wire";

const chaChaPoly = portableBackend.cipher("ChaChaPoly");

/** ChaChaPoly that watches its users: nonces that seal twice, and keys that were not destroyed. */
export class SpyCipher implements CipherFunctions {
  readonly name = "ChaChaPoly";
  /** Each (key, n) that sealed something; REKEY, at the reserved nonce, is not counted. */
  readonly sealed = new Set<string>();
  /** Pairs of (key, n) that sealed more than once. */
  readonly reused: string[] = [];
  /** Keys in hex that somebody could still use, and how many copies. */
  readonly alive = new Map<string, number>();

  importKey(k: Uint8Array) {
    const id = encodeHex(k);
    const key = chaChaPoly.importKey(k);
    this.count(id, 1);
    return {
      seal: (n: bigint | number, ad: Uint8Array, plaintext: Uint8Array) => {
        if (BigInt(n) !== MAX_NONCE) this.note(`${id} ${n}`);
        return key.seal(n, ad, plaintext);
      },
      open: (n: bigint | number, ad: Uint8Array, ciphertext: Uint8Array) => key.open(n, ad, ciphertext),
      destroy: () => {
        this.count(id, -1);
        key.destroy();
      },
    };
  }

  /** How many different keys are alive. */
  get aliveCount(): number {
    return [...this.alive.values()].filter((copies) => copies > 0).length;
  }

  isAlive(k: Uint8Array): boolean {
    return (this.alive.get(encodeHex(k)) ?? 0) > 0;
  }

  private count(id: string, by: number): void {
    this.alive.set(id, (this.alive.get(id) ?? 0) + by);
  }

  private note(id: string): void {
    if (this.sealed.has(id)) this.reused.push(id);
    this.sealed.add(id);
  }
}
