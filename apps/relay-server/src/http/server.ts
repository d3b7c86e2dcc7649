import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { limits } from "@countersign/wire";
import { WebSocketServer } from "ws";
import type { Attachments } from "../core/attachments.ts";
import type { Log } from "../log.ts";
import { Connection } from "../protocol/connection.ts";
import type { Dialect } from "../protocol/dialect.ts";

const MAX_HEADERS = 8 * 1024;
const MAX_URL = 2 * 1024;
/** WebSocket frames of one message: a text of 64 KiB needs one. */
const MAX_FRAGMENTS = 64;

/** Where a dialect is served. */
export interface Route {
  readonly path: string;
  readonly subprotocol: string;
  readonly dialect: Dialect;
}

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly attachments: Attachments;
  readonly log: Log;
}

/** The HTTP side: a sign of life at `/healthz`, and the upgrade to WebSockets at the routes of the dialects. */
export function createHttpServer({ routes, attachments, log }: HttpServerOptions): {
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
} {
  const connections = new Set<Connection>();
  const server = createServer(
    { maxHeaderSize: MAX_HEADERS, headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      const found = request.url === "/healthz" && (request.method === "GET" || request.method === "HEAD");
      response.writeHead(found ? 200 : 404, { "content-type": "text/plain; charset=utf-8" });
      response.end(found ? "ok\n" : "not found\n");
    },
  );
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.relayMessage,
    maxFragments: MAX_FRAGMENTS,
    handleProtocols: (offered) => routes.find(({ subprotocol }) => offered.has(subprotocol))?.subprotocol ?? false,
  });

  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const url = request.url ?? "";
    const route = routes.find(({ path }) => url === path || url.startsWith(`${path}?`));
    if (route === undefined || url.length > MAX_URL) return refuseUpgrade(socket, "404 Not Found");
    if (!offers(request, route.subprotocol)) return refuseUpgrade(socket, "400 Bad Request");
    const address = socket.remoteAddress ?? "";
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, { socket, dialect: route.dialect, attachments, address, log });
      connections.add(connection);
      webSocket.once("close", () => connections.delete(connection));
      log.debug({ connections: connections.size }, "connection opened");
    });
  });
  return { server, connections };
}

function offers(request: IncomingMessage, subprotocol: string): boolean {
  const offered = request.headers["sec-websocket-protocol"] ?? "";
  return offered.split(",").some((name) => name.trim() === subprotocol);
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
