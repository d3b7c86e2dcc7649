import { limits } from "../limits.ts";
import { unlessAborted } from "./wait.ts";

/** What a message costs beside its bytes, so that empty ones are not for nothing. */
const OVERHEAD = 64;

/** Messages in the order in which they came, for one reader; no more than one who keeps to the window can have sent. */
export class Inbox {
  private readonly messages: Uint8Array[] = [];
  private arrived: (() => void) | undefined;
  private waiting = 0;

  /** Takes a message; false, without it, if too much would wait. */
  push(bytes: Uint8Array): boolean {
    const waiting = this.waiting + bytes.length + OVERHEAD;
    if (waiting > limits.inbox) return false;
    this.waiting = waiting;
    // A copy, because what comes may be a small part of a large packet, and would keep all of it.
    this.messages.push(bytes.slice());
    this.arrived?.();
    return true;
  }

  /** The next message. Rejects with the signal's reason only when there is none: what has come is not lost. */
  async next(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const message = this.messages.shift();
      if (message !== undefined) {
        this.waiting -= message.length + OVERHEAD;
        return message;
      }
      const arrival = new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
      await unlessAborted(arrival, signal);
    }
  }
}
