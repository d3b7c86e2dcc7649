import type { CipherFunctions } from "@countersign/noise";
import { encodeFrame, encodeSealedFrame, type Frame } from "@countersign/wire";
import { wantsAck } from "./ack-policy.ts";
import { EpochKey, epochOf } from "./epoch-key.ts";
import { FRAMES, PLACES, type Place } from "./limits.ts";
import { ResendSchedule } from "./resend-schedule.ts";

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

interface SentFrame {
  readonly n: number;
  readonly body: Uint8Array;
  readonly schedule: ResendSchedule;
  readonly completes: bigint | undefined;
}

/** The sending direction of one exchange: seals each n once, and keeps what it sealed until the peer has it. */
export class Sender {
  /** The n of the next frame. */
  next: number;
  private readonly token: Uint8Array;
  private epochKey: EpochKey;
  /** Unacknowledged frames, the oldest first. */
  private window: SentFrame[] = [];

  constructor({ cipher, sendKey, sendToken, first }: SenderOptions) {
    this.token = sendToken;
    this.next = first;
    this.epochKey = new EpochKey(cipher, sendKey, epochOf(first));
  }

  /** Whether a frame may be sealed now. */
  hasRoom(place: Place): boolean {
    return this.next < FRAMES && this.window.length < PLACES[place];
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
    this.window.push({ n, body, completes, schedule: new ResendSchedule(now, wantsAck(kind)) });
    return body;
  }

  /**
   * The peer expects `next`: what is below is no longer kept. Returns the number of the last message that is whole with
   * it, if any.
   */
  acknowledge(next: number): bigint | undefined {
    const acknowledged = this.window.filter(({ n }) => n < next);
    this.window = this.window.slice(acknowledged.length);
    return acknowledged.findLast(({ completes }) => completes !== undefined)?.completes;
  }

  /** The body of frame `n`, as long as it is unacknowledged. */
  bodyOf(n: number): Uint8Array | undefined {
    return this.window.find((sent) => sent.n === n)?.body;
  }

  /**
   * The bodies to send again now, verbatim. A frame whose resends are used up comes along with a later one that waits
   * for an ACK, since that one cannot be delivered without it.
   */
  resend(now: number): readonly Uint8Array[] {
    const due = new Set(this.window.filter(({ schedule }) => schedule.take(now)));
    const last = this.window.findLast((sent) => due.has(sent) && sent.schedule.wantsAck)?.n ?? -1;
    const again = this.window.filter((sent) => due.has(sent) || (sent.schedule.resting && sent.n < last));
    return again.map(({ schedule, body }) => {
      schedule.sentAgain(now);
      return body;
    });
  }

  /** A sign of life from the peer: those that have rested long enough and wait for an ACK begin anew, if there are any. */
  revive(now: number): boolean {
    const rested = this.window.filter(({ schedule }) => schedule.rested(now));
    for (const { schedule } of rested) schedule.restart(now);
    return rested.length > 0;
  }

  /** The transport is back: everything unacknowledged begins anew. */
  restart(now: number): void {
    for (const { schedule } of this.window) schedule.restart(now);
  }

  /** When `resend` next has something to say. */
  get resendAt(): number | undefined {
    const times = this.window.flatMap(({ schedule }) => schedule.due ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Forgets the key and what is unacknowledged. */
  destroy(): void {
    this.epochKey.destroy();
    this.window = [];
  }

  private rekey(): void {
    const spent = this.epochKey;
    this.epochKey = spent.successor();
    spent.destroy();
  }
}
