/** The request that opens a WebSocket. The key is anybody's: the load is no browser and checks no answer to it. */
export function upgrade(path: string, subprotocol?: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** A text of less than 64 KiB as a client's frame (RFC 6455, section 5.2). */
export function clientFrame(text: string): Uint8Array {
  const payload = Buffer.from(text);
  const mask = Uint8Array.of(0x3a, 0xc5, 0x91, 0x6e);
  const size = payload.length;
  const head = size < 126 ? [0x81, 0x80 | size] : [0x81, 0x80 | 126, size >> 8, size & 0xff];
  return Buffer.concat([Uint8Array.from(head), mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}
