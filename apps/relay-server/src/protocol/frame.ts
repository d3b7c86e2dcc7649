import type { SharedText } from "../core/shared-texts.ts";

/** A text frame of a server, ready for the wire: in one piece, unmasked (RFC 6455, section 5.2). */
export type Frame = Uint8Array;

const FIN_TEXT = 0x81;

/** The frame of a text that several clients are sent. */
export function frameOf(shared: SharedText): Frame {
  shared.bytes ??= textFrame(shared.text);
  return shared.bytes;
}

/** Makes the frame of a text. */
export function textFrame(text: string): Frame {
  // Nearly all are ASCII, one byte to a character. To try that costs less than to count the bytes first.
  const { frame, start } = emptyFrame(text.length);
  if (encoder.encodeInto(text, frame.subarray(start)).read === text.length) return frame;
  const longer = emptyFrame(Buffer.byteLength(text));
  longer.frame.write(text, longer.start);
  return longer.frame;
}

const encoder = new TextEncoder();

/** A frame of which only the head is written, and where the text begins. */
function emptyFrame(size: number): { readonly frame: Buffer; readonly start: number } {
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
  return { frame, start };
}
