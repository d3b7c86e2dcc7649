import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";

/** Reads answers by line. The input is not touched before the first question, so that an unused pipe stays unread. */
export class LineReader {
  private readonly input: Readable;
  private lines: Interface | undefined;
  private readonly waiting: string[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  constructor(input: Readable) {
    this.input = input;
  }

  /** The next line, or undefined at the end of the input. Rejects with the signal's reason if that comes first. */
  async next(signal: AbortSignal): Promise<string | undefined> {
    this.open();
    while (this.waiting.length === 0 && !this.ended) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
    return this.waiting.shift();
  }

  close(): void {
    this.lines?.close();
    this.input.destroy();
  }

  private open(): void {
    if (this.lines !== undefined) return;
    this.lines = createInterface({ input: this.input, crlfDelay: Number.POSITIVE_INFINITY });
    this.lines.on("line", (line) => {
      this.waiting.push(line);
      this.wake?.();
    });
    this.lines.on("close", () => {
      this.ended = true;
      this.wake?.();
    });
  }
}
