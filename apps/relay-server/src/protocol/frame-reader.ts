import { isUtf8 } from "node:buffer";
import { type FrameHead, readHead } from "./frame-head.ts";
import { unmask } from "./unmask.ts";

export interface FrameReaderOptions {
  /** Bytes of the longest text that is taken. */
  readonly longest: number;
  /** Takes a text, and how many bytes it had. */
  text(text: string, bytes: number): void;
  /**
   * Gives everything else to another reader, as it came: frames, or parts of one that follow each other. Answers how many
   * messages, pings and pongs that one has found in it.
   */
  other(bytes: Uint8Array): number;
}

const CONTROL = 0x8;
const CLOSE = 0x8;
const REPLACEMENT = "\ufffd";

/**
 * Reads what clients send: texts that come in one frame and in one piece, as nearly all do. Everything else (other
 * frames, parts, and what no client may send) it leaves to a reader that knows the whole of RFC 6455, and only keeps
 * count of where the next frame begins. Where that one does not find what it should, nothing is taken any more. So a
 * text costs a third of what it costs there, and nothing is kept between frames.
 */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  /** The beginning of a head that is not all there. The other reader has it, too. */
  #head: Buffer | undefined;
  /** Bytes that are to come of a frame of which the other reader has the beginning, and what frame that is. */
  #owed = 0;
  #owedHead: FrameHead | undefined;
  /** Whether a message has begun of which more frames follow. */
  #isFragmented = false;
  #isOver = false;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Takes nothing any more. */
  stop(): void {
    this.#isOver = true;
    this.#head = undefined;
  }

  read(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#head !== undefined) return this.#passBehind(this.#head, chunk);
    let at = this.#owed > 0 ? this.#passOwed(chunk) : 0;
    while (at < chunk.length && !this.#isOver) {
      const head = readHead(chunk, at);
      const start = at + (head?.size ?? 0);
      const end = start + (head?.length ?? 0);
      const isWhole = head !== undefined && this.#isPlain(head) && end <= chunk.length;
      if (!isWhole || !this.#take(chunk, start, end)) return this.#passRest(chunk, at, at);
      at = end;
    }
  }

  #isPlain({ isText, length }: FrameHead): boolean {
    return isText && !this.#isFragmented && length <= this.#options.longest;
  }

  /** Takes the text between two places; false if it is none, and then nothing has changed. */
  #take(bytes: Buffer, start: number, end: number): boolean {
    unmask(bytes, start, end);
    const text = bytes.toString("utf8", start, end);
    // What is not UTF-8 is replaced by a character that may also be meant.
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) {
      unmask(bytes, start, end);
      return false;
    }
    this.#options.text(text, end - start);
    return true;
  }

  /** Passes on the rest of a frame, and answers where the next one begins. */
  #passOwed(bytes: Buffer): number {
    const size = Math.min(this.#owed, bytes.length);
    const head = this.#owedHead;
    this.#owed -= size;
    if (this.#owed > 0 || head === undefined) this.#pass(bytes.subarray(0, size), 0);
    else this.#pass(bytes.subarray(0, size), finds(head));
    if (this.#owed === 0 && head?.opcode === CLOSE) this.stop();
    return size;
  }

  /** Passes on what comes behind the beginning of a head. */
  #passBehind(begun: Buffer, chunk: Buffer): void {
    this.#head = undefined;
    this.#passRest(Buffer.concat([begun, chunk]), 0, begun.length);
  }

  /**
   * Passes on everything behind `from`, because what is wrong in it may be known only later. A frame begins at `first`,
   * of which the other reader has what is in front of `from`.
   */
  #passRest(bytes: Buffer, first: number, from: number): void {
    let at = first;
    let found = 0;
    while (at < bytes.length) {
      const head = readHead(bytes, at);
      if (head === undefined) {
        // Copied, because it is a part of much more.
        this.#head = Buffer.from(bytes.subarray(at));
        break;
      }
      at += head.size + head.length;
      if (head.opcode < CONTROL) this.#isFragmented = !head.isFinal;
      this.#owed = Math.max(0, at - bytes.length);
      this.#owedHead = head;
      if (this.#owed > 0) break;
      // Behind a close nothing is read.
      if (head.opcode === CLOSE) return this.#finish(bytes.subarray(from, at));
      found += finds(head);
    }
    this.#pass(bytes.subarray(from), found);
  }

  #pass(bytes: Buffer, found: number): void {
    if (bytes.length > 0 && this.#options.other(bytes) !== found) this.stop();
  }

  #finish(bytes: Buffer): void {
    this.stop();
    this.#options.other(bytes);
  }
}

/** What is found at the end of a frame that may be sent: a message, a ping or a pong, or nothing yet. */
function finds({ isFinal, opcode }: FrameHead): number {
  return isFinal || opcode >= CONTROL ? 1 : 0;
}
