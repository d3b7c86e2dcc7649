import { unlessAborted } from "./wait.ts";

/** Messages in the order in which they came, for one reader. */
export class Inbox {
  private readonly messages: Uint8Array[] = [];
  private arrived: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    this.messages.push(bytes);
    this.arrived?.();
  }

  /** The next message. Rejects with the signal's reason only when there is none: what has come is not lost. */
  async next(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const message = this.messages.shift();
      if (message !== undefined) return message;
      const arrival = new Promise<void>((resolve) => {
        this.arrived = resolve;
      });
      await unlessAborted(arrival, signal);
    }
  }
}
