import { isUtf8 } from "node:buffer";
import { limits } from "@countersign/wire";
import { type FrameHead, LONGEST_HEAD, readHead } from "./frame-head.ts";
import { unmask } from "./unmask.ts";

/** Takes what is read. */
export interface FrameSink {
  /** Bytes of the longest text that is taken; no more than those of the longest message. */
  readonly longest: number;
  /** Takes a text right from its bytes, which last as long as the call, if it can; false if it cannot. */
  quick(bytes: Buffer, start: number, end: number): boolean;
  /** Takes a text, and how many bytes it had. */
  text(text: string, bytes: number): void;
  pinged(data: Buffer): void;
  ponged(data: Buffer): void;
  /**
   * Gives everything else to another reader, as it came, for good: frames, or parts of one that follow each other. Answers
   * how many messages, pings and pongs that one has found in it.
   */
  other(bytes: Uint8Array): number;
}

const CONTROL = 0x8;
const CLOSE = 0x8;
const FINAL_PING = 0x89;
const FINAL_PONG = 0x8a;
/** Bytes of the head of a frame of at most 125 bytes with a mask, as those of clients have to be that are pings or pongs. */
const SHORT_HEAD = 6;
const REPLACEMENT = "\ufffd";
/** Pieces in which a text is taken. Who cuts finer is left to the other reader, which counts them. */
const MOST_PIECES = 256;
/** Where texts are put together that came in pieces; nothing of it is used again. */
const whole = Buffer.allocUnsafeSlow(LONGEST_HEAD + limits.relayMessage);

/** A text that has begun, as it came. */
interface Begun {
  readonly head: FrameHead;
  readonly pieces: Buffer[];
  /** Bytes that are to come. */
  missing: number;
}

/**
 * Reads what clients send: texts that come in one frame, as nearly all do, and the pings and pongs between them. Everything
 * else (other frames, those of which not even the head is whole, and what no client may send) it leaves to a reader that knows the whole of RFC 6455, and
 * only keeps count of where the next frame begins. Where that one does not find what it should, nothing is taken any
 * more. So a text costs a third of what it costs there, and nothing is kept between frames.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  #begun: Begun | undefined;
  /** The beginning of a head that is not all there. The other reader has it, too. */
  #head: Buffer | undefined;
  /** Bytes that are to come of a frame of which the other reader has the beginning, and what frame that is. */
  #owed = 0;
  #owedHead: FrameHead | undefined;
  /** Whether a message has begun of which more frames follow. */
  #isFragmented = false;
  #isOver = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes nothing any more. */
  stop(): void {
    this.#isOver = true;
    this.#begun = undefined;
    this.#head = undefined;
  }

  /** Reads what has come: so many bytes of a chunk, which may be used for something else afterwards. */
  read(chunk: Buffer, size = chunk.length): void {
    const isBetween = this.#head === undefined && this.#begun === undefined && this.#owed === 0;
    const at = isBetween ? this.#takeAll(chunk, size) : 0;
    if (at < size) this.#readRest(chunk.subarray(at, size));
  }

  /** Takes texts as long as they are there, and answers where they end. */
  #takeAll(chunk: Buffer, size: number): number {
    let at = 0;
    while (at < size && !this.#isOver) {
      const head = readHead(chunk, at, size);
      if (head === undefined || !this.#isPlain(head)) break;
      const start = at + head.size;
      const end = start + head.length;
      if (end > size || !this.#take(chunk, start, end)) break;
      at = end;
    }
    return at;
  }

  #readRest(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#head !== undefined) return this.#passBehind(this.#head, chunk);
    let at = this.#begun !== undefined ? this.#goOn(this.#begun, chunk) : this.#owed > 0 ? this.#passOwed(chunk) : 0;
    while (at < chunk.length && !this.#isOver) {
      const head = readHead(chunk, at);
      if (head === undefined) return this.#passRest(chunk, at, at);
      const start = at + head.size;
      const end = start + head.length;
      if (!this.#isPlain(head)) {
        if (end > chunk.length || !this.#takeSign(chunk, at, head)) return this.#passRest(chunk, at, at);
        at = end;
        continue;
      }
      if (end > chunk.length) {
        this.#begun = { head, pieces: [Buffer.from(chunk.subarray(at))], missing: end - chunk.length };
        return;
      }
      if (!this.#take(chunk, start, end)) return this.#passRest(chunk, at, at);
      at = end;
    }
  }

  /** Takes the next piece of a text that has begun, and answers where the next frame begins. */
  #goOn(begun: Begun, chunk: Buffer): number {
    const { head, pieces } = begun;
    const size = Math.min(begun.missing, chunk.length);
    pieces.push(Buffer.from(chunk.subarray(0, size)));
    begun.missing -= size;
    if (begun.missing === 0) {
      this.#begun = undefined;
      if (!this.#takeWhole(begun)) this.#passPieces(pieces, finds(head));
    } else if (pieces.length === MOST_PIECES) {
      this.#begun = undefined;
      this.#owed = begun.missing;
      this.#owedHead = head;
      this.#passPieces(pieces, 0);
    }
    return size;
  }

  #takeWhole({ head, pieces }: Begun): boolean {
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return this.#take(whole, head.size, at);
  }

  /** Passes on a text that has begun piece by piece, as it came: of the last one `found` are found. */
  #passPieces(pieces: readonly Buffer[], found: number): void {
    const last = pieces.length - 1;
    for (const [i, piece] of pieces.entries()) this.#pass(piece, i === last ? found : 0);
  }

  #isPlain({ isText, length }: FrameHead): boolean {
    return isText && !this.#isFragmented && length <= this.#sink.longest;
  }

  /** Takes the text between two places; false if it is none, and then nothing has changed. */
  #take(bytes: Buffer, start: number, end: number): boolean {
    unmask(bytes, start, end);
    if (this.#sink.quick(bytes, start, end)) return true;
    const text = bytes.toString("utf8", start, end);
    // What is not UTF-8 is replaced by a character that may also be meant.
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) {
      unmask(bytes, start, end);
      return false;
    }
    this.#sink.text(text, end - start);
    return true;
  }

  /** Takes a ping or a pong: idle clients send nothing else. False if it is neither, or stands within a message. */
  #takeSign(bytes: Buffer, at: number, { size, length }: FrameHead): boolean {
    const first = bytes[at];
    if ((first !== FINAL_PING && first !== FINAL_PONG) || size !== SHORT_HEAD || this.#isFragmented) return false;
    const start = at + size;
    unmask(bytes, start, start + length);
    // Copied, because what it came in is used for something else afterwards.
    const data = Buffer.from(bytes.subarray(start, start + length));
    if (first === FINAL_PING) this.#sink.pinged(data);
    else this.#sink.ponged(data);
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
    if (bytes.length > 0 && this.#sink.other(Buffer.from(bytes)) !== found) this.stop();
  }

  #finish(bytes: Buffer): void {
    this.stop();
    this.#sink.other(Buffer.from(bytes));
  }
}

/** What is found at the end of a frame that may be sent: a message, a ping or a pong, or nothing yet. */
function finds({ isFinal, opcode }: FrameHead): number {
  return isFinal || opcode >= CONTROL ? 1 : 0;
}
