import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";

/** Reads answers by line. The input is not touched before the first question, so that an unused pipe stays unread. */
export class LineReader {
  private readonly input: Readable;
  private lines: Interface | undefined;
  private readonly waiting: string[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  /** A question was taken back: what is typed until the next one answers nothing. */
  private withdrawn = false;

  constructor(input: Readable) {
    this.input = input;
  }

  /**
   * The next line, or undefined at the end of the input. Rejects with the signal's reason if that comes first: the line
   * that was meant for this question, and came too late for it, is no answer to another one.
   */
  async next(signal: AbortSignal): Promise<string | undefined> {
    this.open();
    this.withdrawn = false;
    while (this.waiting.length === 0 && !this.ended && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    if (signal.aborted) {
      this.withdrawn = true;
      this.waiting.length = 0;
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
      if (!this.withdrawn) this.waiting.push(line);
      this.wake?.();
    });
    this.lines.on("close", () => {
      this.ended = true;
      this.wake?.();
    });
  }
}
