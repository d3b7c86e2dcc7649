import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import { limits } from "@countersign/wire";
import { WebSocketServer } from "ws";
import type { Log } from "../log.ts";
import { Connection } from "../protocol/connection.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { isolationLines, refuse, reply, statusOf } from "./replies.ts";

const MAX_HEADERS = 8 * 1024;
const MAX_URL = 2 * 1024;
/** WebSocket frames of one message: a text of 64 KiB needs one. */
const MAX_FRAGMENTS = 64;

/** Where a dialect is served. */
export interface Route {
  readonly path: string;
  /** What a client has to offer; undefined: nothing, and deeper paths lead there, too. */
  readonly subprotocol: string | undefined;
  readonly dialect: Dialect;
}

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly log: Log;
}

/** The HTTP side: a sign of life at `/healthz`, and the upgrade to WebSockets at the routes of the dialects. */
export function createHttpServer({ routes, log }: HttpServerOptions): {
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
} {
  const connections = new Set<Connection>();
  const server = createServer(
    { maxHeaderSize: MAX_HEADERS, headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      const found = request.url === "/healthz" && (request.method === "GET" || request.method === "HEAD");
      reply(response, found ? 200 : 404, found ? "ok" : "not found");
    },
  );
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.relayMessage,
    maxFragments: MAX_FRAGMENTS,
    handleProtocols: (_offered, request) => findRoute(routes, request)?.subprotocol ?? false,
  });
  webSockets.on("headers", (headers) => headers.push(...isolationLines));
  webSockets.on("wsClientError", (_error, socket) => refuse(socket, "400 Bad Request", ["Sec-WebSocket-Version: 13"]));

  server.on("checkExpectation", (_request, response) => reply(response, 417, "expectation failed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else refuse(socket, statusOf(error));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const route = findRoute(routes, request);
    if (route === undefined || (request.url ?? "").length > MAX_URL) return refuse(socket, "404 Not Found");
    if (!offers(request, route.subprotocol)) return refuse(socket, "400 Bad Request");
    const address = socket.remoteAddress ?? "";
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, { socket, dialect: route.dialect, address, log });
      connections.add(connection);
      webSocket.once("close", () => connections.delete(connection));
      log.debug({ connections: connections.size }, "connection opened");
    });
  });
  return { server, connections };
}

function findRoute(routes: readonly Route[], { url = "" }: IncomingMessage): Route | undefined {
  const [path = ""] = url.split("?");
  return routes.find((route) => {
    const isDeeper = route.subprotocol === undefined && path.startsWith(`${route.path}/`);
    return path === route.path || isDeeper;
  });
}

function offers(request: IncomingMessage, subprotocol: string | undefined): boolean {
  const offered = request.headers["sec-websocket-protocol"] ?? "";
  return subprotocol === undefined || offered.split(",").some((name) => name.trim() === subprotocol);
}
