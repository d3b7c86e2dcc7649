import { type FrameKind, limits, UsageError } from "@countersign/wire";
import type { Journal } from "./journal.ts";
import { frameCount, frameOf } from "./message.ts";
import type { Outgoing } from "./sender.ts";

/** The kinds of frames that belong to one exchange only. */
export type ControlKind = typeof FrameKind.HS | typeof FrameKind.PAD;

/** What waits for a place in the live exchange's window: control frames first, then the journal from where it stands. */
export class Outbox {
  private readonly journal: Journal;
  private controls: Outgoing[] = [];
  /** The next frame of the journal: of which message, and which of its frames. */
  private m = 0n;
  private index = 0;

  constructor(journal: Journal) {
    this.journal = journal;
    this.m = journal.first;
  }

  /** Queues a control frame. Throws `UsageError` when it is too long. */
  control(kind: ControlKind, data: Uint8Array): void {
    if (data.length > limits.frameData) throw new UsageError("usage.too-long", "a control frame above 16,379 bytes");
    this.controls.push({ kind, data: data.slice() });
  }

  /** Another exchange is live: everything that is not acknowledged goes again, control frames went with the old one. */
  restart(): void {
    this.controls = [];
    this.m = this.journal.first;
    this.index = 0;
  }

  /** Takes the next frame out. */
  take(): Outgoing | undefined {
    return this.controls.shift() ?? this.takeMessageFrame();
  }

  private takeMessageFrame(): Outgoing | undefined {
    // What was acknowledged meanwhile through the exchange before need not be sent in this one.
    if (this.m < this.journal.first) this.goTo(this.journal.first);
    const message = this.journal.at(this.m);
    if (message === undefined) return undefined;
    const frame = frameOf(message, this.index);
    this.index += 1;
    if (this.index === frameCount(message.content.length)) this.goTo(this.m + 1n);
    return frame;
  }

  private goTo(m: bigint): void {
    this.m = m;
    this.index = 0;
  }
}
