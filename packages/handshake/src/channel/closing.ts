import type { SealedFrame } from "@countersign/wire";
import type { Channel } from "./channel.ts";
import { Farewell } from "./farewell.ts";
import { CLOSE_PATIENCE } from "./limits.ts";
import type { ReceivedFrame } from "./receiver.ts";

/** This end's share in closing a conversation (spec 0004, section 10). */
export class Closing {
  /** Why this end closes. */
  reason = 0;
  /** Until when it waits for an answer; undefined when it does not. */
  patienceEnds: number | undefined;
  /** This end's CLOSE, sealed. */
  private close: Uint8Array | undefined;
  private farewell: Farewell | undefined;

  /** Decides to close, and to wait for an answer. */
  begin(reason: number, now: number): void {
    this.reason = reason;
    this.patienceEnds = now + CLOSE_PATIENCE;
  }

  /** Seals a CLOSE, if the channel has room for it. */
  seal(channel: Channel | undefined, now: number): Uint8Array | undefined {
    if (!channel?.sender.hasRoom("last")) return undefined;
    this.close = channel.sealClose(this.reason, now);
    return this.close;
  }

  /** Seals the ACK that answers the peer's CLOSE. */
  answerWithAck(channel: Channel, close: ReceivedFrame, now: number): Uint8Array | undefined {
    return this.keep(channel, close, channel.sender.hasRoom("last") ? channel.sealAck(now) : undefined);
  }

  /** Both ends have closed: this end's CLOSE, which is on its way, answers the peer's. */
  answerWithClose(channel: Channel, close: ReceivedFrame): void {
    this.keep(channel, close, this.close);
  }

  /** The answer to a CLOSE that comes again after all is over; undefined for any other packet. */
  answerTo(sealed: SealedFrame): (() => Uint8Array) | undefined {
    const { farewell } = this;
    return farewell?.isFor(sealed) ? () => farewell.again() : undefined;
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.patienceEnds = undefined;
  }

  private keep(channel: Channel, close: ReceivedFrame, answer: Uint8Array | undefined): Uint8Array | undefined {
    if (answer !== undefined) this.farewell = new Farewell(channel.receiveToken, close, answer);
    return answer;
  }
}
