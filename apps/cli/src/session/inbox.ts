import { limits } from "../limits.ts";
import { unlessAborted } from "./wait.ts";

/** What a message costs beside its bytes, so that empty ones are not for nothing. */
const OVERHEAD = 64;

/** Messages in the order in which they came, for one reader; no more than one who keeps to the window can have sent. */
export class Inbox {
  private readonly messages: { readonly bytes: Uint8Array; readonly cost: number }[] = [];
  private arrived: (() => void) | undefined;
  private waiting = 0;

  /** Takes a message; false, without it, if too much would wait. What is `known` has come before, and costs nothing. */
  push(bytes: Uint8Array, known = false): boolean {
    const cost = known ? 0 : bytes.length + OVERHEAD;
    if (this.waiting + cost > limits.inbox) return false;
    this.waiting += cost;
    // A copy, because what comes may be a small part of a large packet, and would keep all of it.
    this.messages.push({ bytes: bytes.slice(), cost });
    this.arrived?.();
    return true;
  }

  /** The next message. Rejects with the signal's reason only when there is none: what has come is not lost. */
  async next(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const message = this.messages.shift();
      if (message !== undefined) {
        this.waiting -= message.cost;
        return message.bytes;
      }
      const arrival = new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
      await unlessAborted(arrival, signal);
    }
  }
}
