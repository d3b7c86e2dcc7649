import { concat, u64 } from "./bytes.ts";
import { framePacket, framePlaintext, KIND, type KindName } from "./wire.ts";

/** Kinds whose data begins with m. */
const NUMBERED: ReadonlySet<KindName> = new Set(["APP", "SAS_COMMIT", "SAS_REVEAL", "SAS_OK", "ECHO"]);

/** A sealed frame with all that it is made of. */
export interface SealedFrame {
  readonly kind: KindName;
  readonly n: bigint;
  readonly m: bigint | undefined;
  readonly plaintext: Uint8Array;
  readonly packet: Uint8Array;
}

/** Frames from one end to the other, spec 0004: one n and one m after the other. */
export class Direction {
  /** The n of the next frame: also what the receiver expects when it has everything. */
  next = 0n;
  private readonly k: Uint8Array;
  private readonly token: Uint8Array;
  private m: bigint;

  /** `token` is the recipient's; `m` the number of the first message. */
  constructor(k: Uint8Array, token: Uint8Array, m = 0n) {
    this.k = k;
    this.token = token;
    this.m = m;
  }

  /** Seals the next frame; a kind that counts across exchanges gets the next m. */
  seal(kind: KindName, content: Uint8Array): SealedFrame {
    const n = this.next++;
    const m = NUMBERED.has(kind) ? this.m++ : undefined;
    const plaintext = framePlaintext(KIND[kind], m === undefined ? content : concat(u64(m), content));
    return { kind, n, m, plaintext, packet: framePacket(this.k, this.token, n, plaintext) };
  }
}
