import type { Trust } from "../peer-group-types.ts";

/** Failed guesses after which a code is burned, unless the caller is stricter. */
const DEFAULT_GUESS_LIMIT = 10;

/**
 * The code of a session and the guesses that were made of it, over all pairs of an endpoint (spec 0003, section 4). A
 * guess is charged before it can be tested, and only a peer that proves the code gives it back.
 */
export class SessionCode {
  private prk: Uint8Array | undefined;
  private readonly limit: number;
  private used: number;

  /** Keeps a copy of the code's key; sessions of pinned peers have none. `guesses` counted in processes before this one. */
  constructor(trust: Trust, guesses = 0) {
    const code = trust.type === "code" ? trust : undefined;
    this.prk = code?.prk?.slice();
    this.limit = code?.guessLimit ?? DEFAULT_GUESS_LIMIT;
    this.used = Math.max(code?.guessesUsed ?? 0, guesses);
  }

  /** Scrypt of the code, 32 bytes, secret; undefined once it was erased. */
  get key(): Uint8Array | undefined {
    return this.prk;
  }

  /** Guesses that count. */
  get count(): number {
    return this.used;
  }

  /** Guesses that may still fail. */
  get left(): number {
    return Math.max(0, this.limit - this.used);
  }

  /** Counts one; false when there was none left to count. */
  charge(): boolean {
    if (this.left === 0) return false;
    this.used++;
    return true;
  }

  refund(): void {
    this.used = Math.max(0, this.used - 1);
  }

  /** The code has done its work, or is burned. */
  erase(): void {
    this.prk?.fill(0);
    this.prk = undefined;
  }
}
