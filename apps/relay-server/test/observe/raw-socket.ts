import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import type { Socket } from "node:net";

/** Asks for a WebSocket, with headers that a test may get wrong. */
export function knock(url: string, headers: Readonly<Record<string, string>> = {}): ClientRequest {
  const asked = request(url.replace("ws:", "http:"), {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Protocol": "countersign.v1",
      ...headers,
    },
  });
  asked.on("error", () => undefined);
  asked.end();
  return asked;
}

/** A WebSocket whose bytes a test writes itself; it answers nothing. */
export class RawSocket {
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.resume();
  }

  static async connect(url: string, path: "/v1" | "/mpc"): Promise<RawSocket> {
    const [, socket] = await once(knock(`${url}${path}`), "upgrade");
    return new RawSocket(socket as Socket);
  }

  /** One frame, masked with zeros. */
  frame(payload: Uint8Array, { opcode = 1, fin = true }: { opcode?: number; fin?: boolean } = {}): void {
    const length = payload.length;
    const head = [(fin ? 0x80 : 0) | opcode];
    if (length < 126) head.push(0x80 | length);
    else if (length < 65_536) head.push(0x80 | 126, length >> 8, length & 0xff);
    else
      head.push(
        0x80 | 127,
        0,
        0,
        0,
        0,
        (length >>> 24) & 0xff,
        (length >> 16) & 0xff,
        (length >> 8) & 0xff,
        length & 0xff,
      );
    this.socket.write(Buffer.concat([Uint8Array.from([...head, 0, 0, 0, 0]), payload]));
  }

  text(text: string): void {
    this.frame(Buffer.from(text));
  }
}
