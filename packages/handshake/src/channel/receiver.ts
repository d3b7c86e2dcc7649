import type { CipherFunctions } from "@countersign/noise";
import { decodeFrame, type Frame, type FrameKind, type SealedFrame, TAG_LENGTH } from "@countersign/wire";
import { EpochKey, epochOf } from "./epoch-key.ts";
import { FRAMES, WINDOW } from "./limits.ts";
import { ReceivedFrames } from "./received-frames.ts";

/** An authentic frame, and by what it is known again. */
export interface ReceivedFrame extends Frame {
  readonly n: number;
  /** 16 bytes, public. */
  readonly tag: Uint8Array;
}

/** What a packet turned out to be. Nothing has changed before `accept`. */
export type Opened =
  | { readonly type: "frame"; readonly frame: ReceivedFrame }
  /** Authentic, but not made as a frame is made: the peer's fault. */
  | { readonly type: "malformed"; readonly code: string; readonly detail: string }
  /** A frame that was received in order before, byte for byte. */
  | { readonly type: "repeated"; readonly kind: FrameKind }
  | { readonly type: "dropped"; readonly code: string };

export interface ReceiverOptions {
  readonly cipher: CipherFunctions;
  /** 32 bytes, secret; taken over. */
  readonly receiveKey: Uint8Array;
  /** This end's routing token, 16 bytes. */
  readonly receiveToken: Uint8Array;
  /** The n of the first frame, whose epoch `receiveKey` is of. */
  readonly first: number;
}

/**
 * The receiving direction of one exchange: opens frames in whatever order they come, and hands them on in theirs. At
 * most 63 frames of 16,384 bytes wait for an earlier one, which is less than 1 MiB.
 */
export class Receiver {
  /** The n of the next frame in order. */
  next: number;
  private readonly token: Uint8Array;
  private epochKey: EpochKey;
  /**
   * The key of the epoch after, made when the window reaches into it, so that opening changes nothing. Few exchanges live
   * to see one, and to make it is a third of what a channel costs at its beginning.
   */
  private ahead: EpochKey | undefined;
  private readonly early = new Map<number, ReceivedFrame>();
  private readonly received = new ReceivedFrames();

  constructor({ cipher, receiveKey, receiveToken, first }: ReceiverOptions) {
    this.token = receiveToken;
    this.next = first;
    this.epochKey = new EpochKey(cipher, receiveKey, epochOf(first));
    this.prepare();
  }

  /** Opens a packet that carries this end's token, if its n is in the window and was not received yet. */
  open({ n: wireN, ciphertext }: SealedFrame): Opened {
    if (wireN >= BigInt(Math.min(this.next + WINDOW, FRAMES))) return dropped("channel.beyond-window");
    const n = Number(wireN);
    const tag = ciphertext.slice(-TAG_LENGTH);
    if (n < this.next) return this.reopen(n, tag);
    if (this.early.has(n)) return dropped("channel.duplicate");
    const { key } = epochOf(n) === this.epochKey.epoch ? this.epochKey : (this.ahead ?? this.epochKey);
    const plaintext = key.open(n, this.token, ciphertext);
    if (plaintext === undefined) return dropped("channel.unauthentic");
    const frame = decodeFrame(plaintext);
    if (!frame.ok) return { type: "malformed", code: frame.code, detail: frame.detail };
    return { type: "frame", frame: { ...frame.value, n, tag } };
  }

  /** Takes an opened frame in; returns the frames that are in order now. */
  accept(frame: ReceivedFrame): readonly ReceivedFrame[] {
    this.early.set(frame.n, frame);
    const ready: ReceivedFrame[] = [];
    for (let next = this.early.get(this.next); next !== undefined; next = this.early.get(this.next)) {
      this.early.delete(next.n);
      this.received.add(next.n, next.tag, next.kind);
      this.next += 1;
      ready.push(next);
    }
    while (epochOf(this.next) > this.epochKey.epoch) this.rekey();
    this.prepare();
    return ready;
  }

  /** Forgets the keys and what came early. */
  destroy(): void {
    this.epochKey.destroy();
    this.ahead?.destroy();
    this.early.clear();
  }

  private reopen(n: number, tag: Uint8Array): Opened {
    const kind = this.received.kindOf(n, tag);
    return kind === undefined ? dropped("channel.stale") : { type: "repeated", kind };
  }

  private rekey(): void {
    const next = this.ahead ?? this.epochKey.successor();
    this.epochKey.destroy();
    this.epochKey = next;
    this.ahead = next.successor();
  }

  private prepare(): void {
    if (epochOf(this.next + WINDOW) > this.epochKey.epoch) this.ahead ??= this.epochKey.successor();
  }
}

function dropped(code: string): Opened {
  return { type: "dropped", code };
}
