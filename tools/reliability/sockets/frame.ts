/** Opcodes of RFC 6455, section 5.2. */
export const Opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** A frame as a client should not send it, too: everything in it can be set. */
export interface FrameOptions {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  /** Default: it is the last one of its message. */
  readonly fin?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** Default: it is masked, as a client's has to be. */
  readonly masked?: boolean;
  /** The length that it says it has. */
  readonly length?: bigint;
  /** In how many bits it says so. Default: in as few as will do. */
  readonly bits?: 7 | 16 | 64;
}

/** A fixed one, since nothing between here and a relay on loopback has to be confused by it. */
const MASK = [0x5a, 0xc3, 0x17, 0xe8];

/** Writes a frame. */
export function frame({ opcode = Opcode.text, payload = "", ...options }: FrameOptions = {}): Buffer {
  const { fin = true, reserved = 0, masked = true } = options;
  const body = Buffer.from(payload);
  const length = options.length ?? BigInt(body.length);
  const bits = options.bits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const extended = Buffer.alloc(bits === 7 ? 0 : bits / 8);
  if (bits === 16) extended.writeUInt16BE(Number(length));
  if (bits === 64) extended.writeBigUInt64BE(length);
  const short = bits === 7 ? Number(length) : bits === 16 ? 126 : 127;
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode, (masked ? 0x80 : 0) | short];
  if (masked) for (const [i, byte] of body.entries()) body[i] = byte ^ (MASK[i % 4] ?? 0);
  return Buffer.concat([Uint8Array.from(head), extended, Uint8Array.from(masked ? MASK : []), body]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: string | Uint8Array = ""): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  payload.writeUInt16BE(code);
  return payload;
}

/** A frame that a relay has sent. */
export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Takes the first whole frame of what came from a relay, and says how long it was; undefined if none is whole. */
export function takeFrame(bytes: Buffer): { readonly frame: ReceivedFrame; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const size = head + length;
  if (bytes.length < size) return undefined;
  return { frame: { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(head, size) }, size };
}
