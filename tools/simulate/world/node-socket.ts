import { Duplex } from "node:stream";

/** Bytes under way to a client from which on the relay has to wait. */
const WINDOW = 48 * 1024;

/** What a relay's end of a line does to the line. */
interface Wire {
  write(bytes: Uint8Array, taken: () => void): void;
  ended(): void;
}

/** The relay's end of a line: a stream as a socket is one. */
export class NodeSocket extends Duplex {
  readonly remoteAddress: string;
  private readonly wire: Wire;
  private underway = 0;
  private written = 0;
  private isEnded = false;
  private waiting: (() => void) | undefined;

  constructor(remoteAddress: string, wire: Wire) {
    super({ allowHalfOpen: false });
    this.remoteAddress = remoteAddress;
    this.wire = wire;
    this.on("error", () => undefined);
  }

  /** As of a socket: of all that was given to it. */
  get bytesWritten(): number {
    return this.written + this.writableLength;
  }

  override _read(): void {
    // Whatever comes is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    const bytes = Buffer.from(chunk);
    this.written += bytes.length;
    this.underway += bytes.length;
    this.wire.write(bytes, () => this.taken(bytes.length));
    if (this.underway < WINDOW) callback();
    else this.waiting = callback;
  }

  override _final(callback: () => void): void {
    this.hangUp();
    callback();
  }

  override _destroy(_error: Error | null, callback: (error?: Error | null) => void): void {
    this.hangUp();
    callback();
  }

  private hangUp(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.wire.ended();
  }

  private taken(bytes: number): void {
    this.underway -= bytes;
    const { waiting } = this;
    if (waiting === undefined || this.underway >= WINDOW) return;
    this.waiting = undefined;
    waiting();
  }
}
