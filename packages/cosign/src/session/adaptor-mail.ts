import type { AdaptorMessage, Commitments } from "./adaptor-message.ts";

/** Messages of one round that wait to be looked at; the other party has no more to say in it. */
const MOST_OF_ROUND = 4;

/** What has come of round trips, and nobody has looked at yet: not more than one of two parties needs. */
export class AdaptorMail {
  private opening: Commitments | undefined;
  private round: string | undefined;
  private messages: AdaptorMessage[] = [];

  /** Keeps the newest beginning of a round, and what belongs to the round that is under way; nothing else. */
  push(message: AdaptorMessage): void {
    if (message.round === this.round) {
      if (this.messages.length < MOST_OF_ROUND) this.messages.push(message);
    } else if (message.type === "commitments" && message.adaptor !== undefined) {
      this.opening = message;
    } else if (message.type === "abort" && message.round === this.opening?.round) {
      this.opening = undefined;
    }
  }

  /** Whether the other party has begun a round that nobody has answered. */
  get hasOpening(): boolean {
    return this.opening !== undefined;
  }

  /** The beginning of such a round, which is under way from now on. */
  takeOpening(): Commitments | undefined {
    const { opening } = this;
    if (opening !== undefined) this.follow(opening.round);
    this.opening = undefined;
    return opening;
  }

  /** A round is under way; what is left of another one is not looked at any more. undefined: none is. */
  follow(round: string | undefined): void {
    this.round = round;
    this.messages = [];
  }

  /** The next message of the round that is under way. */
  take(): AdaptorMessage | undefined {
    return this.messages.shift();
  }
}
