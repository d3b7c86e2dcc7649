import { connect, type Socket } from "node:net";
import type { Dialect } from "../texts/case.ts";
import { within } from "../wait.ts";
import { type FrameOptions, frame, Opcode, type ReceivedFrame, takeFrame } from "./frame.ts";

export interface RawOptions {
  readonly dialect?: Dialect;
  /** The address that it comes from. */
  readonly from?: string;
}

/** The request that opens a WebSocket, without its last empty line. */
export const upgradeLines = (dialect: Dialect): readonly string[] => [
  `GET ${dialect === "countersign.v1" ? "/v1" : "/mpc"} HTTP/1.1`,
  "Host: relay",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ...(dialect === "countersign.v1" ? ["Sec-WebSocket-Protocol: countersign.v1"] : []),
];

/** A TCP connection on which a WebSocket can be spoken, well or badly. */
export class RawSocket {
  readonly socket: Socket;
  /** What came and was not read yet. */
  readonly frames: ReceivedFrame[] = [];
  #bytes = Buffer.alloc(0);
  #isUpgraded = false;
  #isGone = false;
  #wake: () => void = () => undefined;

  /** Opens the TCP connection; `upgrade` or `write` go on from there. */
  constructor(url: string, { from }: Pick<RawOptions, "from"> = {}) {
    const { hostname, port } = new URL(url);
    this.socket = connect({
      host: hostname,
      port: Number(port),
      ...(from === undefined ? {} : { localAddress: from }),
    });
    this.socket.setNoDelay(true);
    this.socket.on("data", (chunk) => this.#take(chunk));
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => {
      this.#isGone = true;
      this.#wake();
    });
  }

  /** A WebSocket that is open; rejects where the relay does not want one. */
  static async open(url: string, { dialect = "countersign.v1", ...options }: RawOptions = {}): Promise<RawSocket> {
    const raw = new RawSocket(url, options);
    const status = await raw.ask(upgradeLines(dialect));
    if (status === 101) return raw;
    raw.destroy();
    throw new Error(`not opened: ${status}`);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends the lines of a request and an empty one; the status of the answer, 0 where none came. */
  ask(lines: readonly string[]): Promise<number> {
    this.write(`${lines.join("\r\n")}\r\n\r\n`);
    return this.status();
  }

  /** The status of the next answer, 0 where none comes. */
  async status(): Promise<number> {
    const end = () => this.#bytes.indexOf("\r\n\r\n");
    await this.#until(() => end() !== -1);
    if (end() === -1) return 0;
    const status = Number(this.#bytes.toString("latin1", 9, 12));
    this.#isUpgraded = status === 101;
    this.#bytes = this.#bytes.subarray(end() + 4);
    this.#take(Buffer.alloc(0));
    return status;
  }

  write(bytes: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  send(options: FrameOptions): void {
    this.write(frame(options));
  }

  /** The next frame of this kind, what came before it being passed over; undefined where none comes. */
  async next(opcode: number): Promise<ReceivedFrame | undefined> {
    const found = () => this.frames.findIndex((one) => one.opcode === opcode);
    await this.#until(() => found() !== -1);
    return found() === -1 ? undefined : this.frames.splice(0, found() + 1).at(-1);
  }

  /** The code that the relay closes with; 1005 for none, 1006 where it cuts without a word, undefined if it does not. */
  async closeCode(): Promise<number | undefined> {
    const closing = await this.next(Opcode.close);
    if (closing === undefined) return this.#isGone ? 1006 : undefined;
    return closing.payload.length < 2 ? 1005 : closing.payload.readUInt16BE(0);
  }

  /** Resolves when the connection is gone; false if it is still there after that time. */
  async gone(seconds: number): Promise<boolean> {
    await this.#until(() => this.#isGone, seconds);
    return this.#isGone;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#isUpgraded) {
      const taken = takeFrame(this.#bytes);
      if (taken === undefined) break;
      this.frames.push(taken.frame);
      this.#bytes = this.#bytes.subarray(taken.size);
    }
    this.#wake();
  }

  async #until(condition: () => boolean, seconds = 5): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#wake = () => (condition() || this.#isGone) && resolve();
      this.#wake();
    });
    await within(seconds, reached);
  }
}
