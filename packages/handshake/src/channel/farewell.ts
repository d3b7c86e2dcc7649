import { equalBytes, type SealedFrame, TAG_LENGTH } from "@countersign/wire";
import { CLOSE_ANSWERS } from "./limits.ts";
import type { ReceivedFrame } from "./receiver.ts";

/**
 * What a closed end still knows: its answer to the peer's CLOSE, to be sent again when the CLOSE comes again. It needs no
 * key; and it ends, since two closed ends that each take the other's answer for a question would never fall silent.
 */
export class Farewell {
  private readonly token: Uint8Array;
  private readonly close: ReceivedFrame;
  private readonly body: Uint8Array;
  private left: number = CLOSE_ANSWERS;

  /** `token`: this end's, under which the peer's CLOSE came; `body`: the packet that answers it. */
  constructor(token: Uint8Array, close: ReceivedFrame, body: Uint8Array) {
    this.token = token;
    this.close = close;
    this.body = body;
  }

  /** Whether this is the peer's CLOSE, and answers are left for it. */
  isFor({ token, n, ciphertext }: SealedFrame): boolean {
    const { close } = this;
    if (this.left === 0 || n !== BigInt(close.n) || !equalBytes(token, this.token)) return false;
    return equalBytes(ciphertext.subarray(-TAG_LENGTH), close.tag);
  }

  /** The answer once more. */
  again(): Uint8Array {
    this.left -= 1;
    return this.body;
  }
}
