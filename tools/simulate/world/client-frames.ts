// The client's side of RFC 6455 (section 5), as far as our relay and our clients use it.

const FINAL = 0x80;
const MASKED = 0x80;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** What a relay has sent. */
export type Received =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "ping"; readonly data: Uint8Array }
  | { readonly type: "close"; readonly code: number }
  | { readonly type: "other" };

export const textFrame = (text: string, mask: Uint8Array): Uint8Array => frame(TEXT, Buffer.from(text), mask);
export const pongFrame = (data: Uint8Array, mask: Uint8Array): Uint8Array => frame(PONG, data, mask);
export const closeFrame = (code: number, mask: Uint8Array): Uint8Array =>
  frame(CLOSE, Uint8Array.of(code >> 8, code & 0xff), mask);

/** A frame of a client: in one piece and masked. */
function frame(opcode: number, content: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = content;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : undefined;
  const long = size ?? [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  const head = [FINAL | opcode, MASKED | (long[0] ?? 0), ...long.slice(1), ...mask];
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.set(head);
  for (let i = 0; i < length; i++) bytes[head.length + i] = (content[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return bytes;
}

/** Takes the bytes of a relay as they come: the answer to the upgrade, then frames. */
export class ServerReader {
  private bytes = Buffer.alloc(0);
  private isOpen = false;

  /** What there is of it; `status` once, and first. */
  read(chunk: Uint8Array): readonly (Received | { readonly type: "status"; readonly isUpgraded: boolean })[] {
    const found: (Received | { readonly type: "status"; readonly isUpgraded: boolean })[] = [];
    this.bytes = Buffer.concat([this.bytes, chunk]);
    if (!this.isOpen) {
      const end = this.bytes.indexOf("\r\n\r\n");
      if (end === -1) return found;
      this.isOpen = true;
      found.push({ type: "status", isUpgraded: this.bytes.toString("latin1", 0, 12) === "HTTP/1.1 101" });
      this.bytes = this.bytes.subarray(end + 4);
    }
    for (let one = this.next(); one !== undefined; one = this.next()) found.push(one);
    return found;
  }

  private next(): Received | undefined {
    const { bytes } = this;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return undefined;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
    if (bytes.length < head + length) return undefined;
    const content = bytes.subarray(head, head + length);
    this.bytes = bytes.subarray(head + length);
    switch (bytes[0]) {
      case FINAL | TEXT:
        return { type: "text", text: content.toString("utf8") };
      case FINAL | PING:
        return { type: "ping", data: content };
      case FINAL | CLOSE:
        return { type: "close", code: length < 2 ? 1005 : content.readUInt16BE(0) };
      default:
        return { type: "other" };
    }
  }
}
