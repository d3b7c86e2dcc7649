import type { IncomingMessage } from "node:http";
import { MPC_WEBSOCKET } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import { type ServerOptions, WebSocketServer } from "ws";
import { isolationLines, refuse } from "./replies.ts";

/** WebSocket frames of one message: a text of 64 KiB needs one. */
const MAX_FRAGMENTS = 64;
/**
 * Pieces in which a frame may come: for each there is an object of some hundred bytes until the frame is there. Slow
 * lines cut 64 KiB into fifty to two hundred.
 */
const MAX_PIECES = 2_048;
/** Milliseconds that a client may take to agree to a close. */
const CLOSE_PATIENCE = 5_000;

/** What makes WebSockets of upgraded sockets. `subprotocolOf`: what the place wants that a request leads to. */
export function createWebSockets(subprotocolOf: (request: IncomingMessage) => string | undefined): WebSocketServer {
  // `closeTimeout` is not in the types yet.
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.relayMessage,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_PIECES,
    closeTimeout: CLOSE_PATIENCE,
    // Connections answer pings themselves: the newest only.
    autoPong: false,
    // A browser that offers anything wants one of it back, and one that shows a token has to offer something.
    handleProtocols: (offered, request) => {
      const subprotocol = subprotocolOf(request) ?? MPC_WEBSOCKET;
      return offered.has(subprotocol) && subprotocol;
    },
  };
  const webSockets = new WebSocketServer(options);
  webSockets.on("headers", (headers) => headers.push(...isolationLines));
  webSockets.on("wsClientError", (_error, socket) => refuse(socket, "400 Bad Request", ["Sec-WebSocket-Version: 13"]));
  return webSockets;
}
