import type { CipherFunctions } from "@countersign/noise";
import { encodeFrame, encodeSealedFrame, type Frame } from "@countersign/wire";
import { wantsAck } from "./ack-policy.ts";
import { EpochKey, epochOf } from "./epoch-key.ts";
import { FRAMES, PLACES, type Place } from "./limits.ts";
import { ResendSchedule } from "./resend-schedule.ts";
import { SendWindow } from "./send-window.ts";

/** A frame on its way: `completes` is the number of the message that is whole with it. */
export interface Outgoing extends Frame {
  readonly completes?: bigint;
}

export interface SenderOptions {
  readonly cipher: CipherFunctions;
  /** 32 bytes, secret; taken over. */
  readonly sendKey: Uint8Array;
  /** The peer's routing token, 16 bytes. */
  readonly sendToken: Uint8Array;
  /** The n of the first frame, whose epoch `sendKey` is of. */
  readonly first: number;
}

/** The sending direction of one exchange: seals each n once, and keeps what it sealed until the peer has it. */
export class Sender {
  /** The n of the next frame. */
  next: number;
  readonly window = new SendWindow();
  private readonly token: Uint8Array;
  private epochKey: EpochKey;

  constructor({ cipher, sendKey, sendToken, first }: SenderOptions) {
    this.token = sendToken;
    this.next = first;
    this.epochKey = new EpochKey(cipher, sendKey, epochOf(first));
  }

  /** Whether a frame may be sealed now. */
  hasRoom(place: Place): boolean {
    return this.next < FRAMES && this.window.size < PLACES[place];
  }

  /** Seals a frame under the next n and keeps it; the caller has asked `hasRoom`. Returns the packet's body. */
  seal({ kind, data, completes }: Outgoing, now: number): Uint8Array {
    const n = this.next;
    const plaintext = encodeFrame({ kind, data });
    if (epochOf(n) !== this.epochKey.epoch) this.rekey();
    // Counted first: whatever happens behind this line, no second plaintext meets this n.
    this.next += 1;
    const ciphertext = this.epochKey.key.seal(n, this.token, plaintext);
    const body = encodeSealedFrame({ token: this.token, n: BigInt(n), ciphertext });
    this.window.add({ n, body, completes, schedule: new ResendSchedule(now, wantsAck(kind)) });
    return body;
  }

  /** Forgets the key and what is unacknowledged. */
  destroy(): void {
    this.epochKey.destroy();
    this.window.clear();
  }

  private rekey(): void {
    const spent = this.epochKey;
    this.epochKey = spent.successor();
    spent.destroy();
  }
}
