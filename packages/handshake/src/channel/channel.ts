import type { CipherFunctions } from "@countersign/noise";
import { encodeAck, encodeClose, FrameKind, TOKEN_LENGTH, UsageError } from "@countersign/wire";
import { AckPolicy } from "./ack-policy.ts";
import { Assembly } from "./assembly.ts";
import { RELINK_AFTER, RELINK_FRAMES } from "./limits.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import type { ChannelState } from "./transitions.ts";

/** What an exchange leaves behind for its frames. */
export interface ChannelKeys {
  /** 32 bytes, secret; taken over, and overwritten when it is of no more use. */
  readonly sendKey: Uint8Array;
  /** 32 bytes, secret; taken over, and overwritten when it is of no more use. */
  readonly receiveKey: Uint8Array;
  /** The peer's routing token, 16 bytes, public: written into what is sent. */
  readonly sendToken: Uint8Array;
  /** This end's routing token, 16 bytes, public. */
  readonly receiveToken: Uint8Array;
}

export interface ChannelOptions extends ChannelKeys {
  readonly cipher: CipherFunctions;
  readonly id: number;
  /** The m that the peer expected when the exchange was made. */
  readonly peerNext: bigint;
  /** The n of the first frame in both directions. */
  readonly first: number;
  readonly installedAt: number;
}

/** All frames of one exchange with one peer: two directions, what is owed for them, and parts of a message. */
export class Channel {
  readonly id: number;
  readonly receiveToken: Uint8Array;
  readonly peerNext: bigint;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly acks: AckPolicy;
  readonly assembly = new Assembly();
  state: ChannelState = "tentative";
  /** Whether an authentic frame was received. */
  heard = false;
  /** When the keys of a previous channel are erased. */
  wipeAt: number | undefined;
  /** The n of this end's CLOSE. */
  closeN: number | undefined;
  /** The ACK frame that this channel began with, for a peer that repeats its last flight. */
  greeting: Uint8Array | undefined;
  private readonly installedAt: number;
  private relinkAsked = false;
  /** The n of the last ACK; below all of them before there is one. */
  private lastAckN = -1;

  /** Throws `UsageError` for tokens that do not have 16 bytes; keys that do not have 32 are Noise's to refuse. */
  constructor(options: ChannelOptions) {
    if (options.sendToken.length !== TOKEN_LENGTH || options.receiveToken.length !== TOKEN_LENGTH) {
      throw new UsageError("usage.length", "a routing token has 16 bytes");
    }
    this.id = options.id;
    this.receiveToken = options.receiveToken;
    this.peerNext = options.peerNext;
    this.installedAt = options.installedAt;
    this.sender = new Sender(options);
    this.receiver = new Receiver(options);
    this.acks = new AckPolicy(options.first);
  }

  /** The ACK frame that shows the peer at once that this end has the keys. */
  greet(now: number): Uint8Array {
    this.greeting = this.sealAck(now);
    return this.greeting;
  }

  /** Seals an ACK of what was received so far; the caller has made sure of room for it. */
  sealAck(now: number): Uint8Array {
    const { next } = this.receiver;
    this.acks.sent(next);
    this.lastAckN = this.sender.next;
    return this.sender.seal({ kind: FrameKind.ACK, data: encodeAck(BigInt(next)) }, now);
  }

  /** Seals this end's CLOSE; the caller has made sure of room for it. */
  sealClose(reason: number, now: number): Uint8Array {
    this.closeN = this.sender.next;
    const data = encodeClose({ reason, next: BigInt(this.receiver.next) });
    return this.sender.seal({ kind: FrameKind.CLOSE, data }, now);
  }

  /** The body of the last ACK, until the peer acknowledges it: then it cannot have missed it. */
  get lastAck(): Uint8Array | undefined {
    return this.sender.window.bodyOf(this.lastAckN);
  }

  /** When the ACK that is owed can leave. */
  get ackAt(): number | undefined {
    return this.sender.hasRoom("ack") ? this.acks.due : undefined;
  }

  /** Whether it is time to ask for the exchange after this one; true once. */
  askRelink(now: number): boolean {
    if (this.relinkAsked || now < this.relinkAt) return false;
    this.relinkAsked = true;
    return true;
  }

  /** When the live channel has something to do by itself, `Infinity` for never; only to send again when it is not `open`. */
  wakeAt(open: boolean): number {
    const resendAt = this.sender.window.resendAt ?? Infinity;
    if (!open) return resendAt;
    return Math.min(resendAt, this.ackAt ?? Infinity, this.relinkAsked ? Infinity : this.relinkAt);
  }

  /** Erases keys, kept ciphertext and what came early. */
  wipe(): void {
    this.sender.destroy();
    this.receiver.destroy();
  }

  private get relinkAt(): number {
    const frames = Math.max(this.sender.next, this.receiver.next);
    return frames < RELINK_FRAMES ? this.installedAt + RELINK_AFTER : this.installedAt;
  }
}
