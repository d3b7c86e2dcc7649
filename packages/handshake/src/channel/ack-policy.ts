import { FrameKind } from "@countersign/wire";
import { ACK_DELAY, ACK_EVERY } from "./limits.ts";

/** Whether a frame of this kind asks for an ACK of its own. */
export function wantsAck(kind: FrameKind): boolean {
  return kind !== FrameKind.PAD && kind !== FrameKind.ACK;
}

/**
 * When one direction of an exchange owes its sender an ACK (spec 0004, section 5). An ACK is owed only for something
 * new: each one says a higher `next` than the one before.
 */
export class AckPolicy {
  /** When the ACK that is owed has to leave; undefined when none is owed. */
  due: number | undefined;
  /** What the last ACK said. */
  private acknowledged: number;

  constructor(next: number) {
    this.acknowledged = next;
  }

  /** A frame was received in order; `next` is what is expected after it. */
  received(kind: FrameKind, next: number, now: number): void {
    if (next - this.acknowledged >= ACK_EVERY) this.due = now;
    else if (wantsAck(kind)) this.due ??= now + ACK_DELAY;
  }

  /** A frame that wants an ACK was sent again. Returns whether an ACK is owed for it: the last one may have said it. */
  repeated(next: number, now: number): boolean {
    if (next === this.acknowledged) return false;
    this.due = now;
    return true;
  }

  /** An ACK left that says `next`. */
  sent(next: number): void {
    this.acknowledged = next;
    this.due = undefined;
  }
}
