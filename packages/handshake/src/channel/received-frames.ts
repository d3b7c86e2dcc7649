import { equalBytes, type FrameKind } from "@countersign/wire";
import { WINDOW } from "./limits.ts";

/** What is remembered of a frame that was received in order. */
interface Remembered {
  readonly tag: Uint8Array;
  readonly kind: FrameKind;
}

/**
 * The last 64 frames that were received in order, by their tags: enough to know an authentic frame again when it is sent
 * again, without keeping the key that opened it. A tag is unforgeable until its frame was sent, and whoever has seen the
 * frame can as well repeat all of it.
 */
export class ReceivedFrames {
  private readonly frames = new Map<number, Remembered>();

  /** Remembers frame `n`, and forgets the one 64 frames before it. */
  add(n: number, tag: Uint8Array, kind: FrameKind): void {
    this.frames.set(n, { tag, kind });
    this.frames.delete(n - WINDOW);
  }

  /** The kind of frame `n`, if it is remembered and had this tag. */
  kindOf(n: number, tag: Uint8Array): FrameKind | undefined {
    const frame = this.frames.get(n);
    return frame !== undefined && equalBytes(frame.tag, tag) ? frame.kind : undefined;
  }
}
