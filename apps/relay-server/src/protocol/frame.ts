/** A text frame of a server, ready for the wire: in one piece, unmasked (RFC 6455, section 5.2). */
export type Frame = Buffer;

const FIN_TEXT = 0x81;

/** Makes the frame of a text. */
export function textFrame(text: string): Frame {
  const size = Buffer.byteLength(text);
  const start = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + size);
  frame[0] = FIN_TEXT;
  if (start === 2) {
    frame[1] = size;
  } else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(size, 6);
  }
  frame.write(text, start);
  return frame;
}
