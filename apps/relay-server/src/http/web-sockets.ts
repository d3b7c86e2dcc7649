import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { MPC_WEBSOCKET } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { LateWebSocket } from "../protocol/late-web-socket.ts";
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

/** A request for a WebSocket, as Node's server tells it. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Answers a request for a WebSocket, and calls `opened` at once if there is one. */
export type Upgrade = (asked: UpgradeRequest, opened: (webSocket: LateWebSocket) => void) => void;

/** What makes WebSockets of upgraded sockets. `subprotocolOf`: what the place wants that a request leads to. */
export function createUpgrade(subprotocolOf: (request: IncomingMessage) => string | undefined): Upgrade {
  // `closeTimeout` is not in the types yet.
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.relayMessage,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_PIECES,
    closeTimeout: CLOSE_PATIENCE,
    // It does all that a server of ws asks of one.
    WebSocket: LateWebSocket as unknown as typeof WebSocket,
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
  return ({ request, socket, head }, opened) =>
    webSockets.handleUpgrade(request, socket, head, (webSocket) => opened(webSocket as unknown as LateWebSocket));
}
