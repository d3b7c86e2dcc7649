import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import { MPC_WEBSOCKET } from "@countersign/rpc";
import { limits as protocol } from "@countersign/wire";
import { type ServerOptions, WebSocketServer } from "ws";
import { Accounts } from "../limits/accounts.ts";
import { networkOf } from "../limits/network.ts";
import type { Pages } from "../observe/http.ts";
import { Connection, type ConnectionSurroundings } from "../protocol/connection.ts";
import { Admission, isUrlTooLong, type Route } from "./admission.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { Credentials } from "./credentials.ts";
import { isolationLines, refuse, reply, statusOf } from "./replies.ts";

/** WebSocket frames of one message: a text of 64 KiB needs one. */
const MAX_FRAGMENTS = 64;
/** Milliseconds until a client has to have said what it wants, and to have agreed to a close. */
const PATIENCE = 10_000;
const CLOSE_PATIENCE = 5_000;
/** Sockets beyond the WebSockets, of one address and of all: for pages, and for who is about to be refused. */
const SPARE_OF_ADDRESS = 32;
const SPARE = 1_024;
const MAX_REQUESTS_PER_SOCKET = 100;

export interface HttpServerOptions extends ConnectionSurroundings {
  readonly routes: readonly Route[];
  readonly pages: Pages;
  readonly clientAddresses: ClientAddresses;
  readonly origins: readonly string[] | undefined;
  readonly credentials: Credentials;
}

export interface HttpServer {
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
  /** Gives nobody a WebSocket from now on. */
  drain(): void;
}

/** The HTTP side: pages, and the upgrade to WebSockets at the routes of the dialects. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { routes, pages, clientAddresses, origins, credentials, clock, limits, log, meter } = options;
  const connections = new Set<Connection>();
  const accounts = new Accounts(clock, limits);
  const admission = new Admission({
    routes,
    limits,
    origins,
    tokens: () => credentials.tokens,
    count: () => connections.size,
  });
  const server = createPlainOrTls(options, (request, response) => {
    const { account, release } = accounts.hold(networkOf(clientAddresses.of(request)));
    response.once("close", release);
    const isAllowed = account.attempt();
    // Of who asks too much, or for what pages do not do, nothing more is read: neither a body nor the next request.
    if (!isAllowed || (request.method !== "GET" && request.method !== "HEAD")) response.shouldKeepAlive = false;
    if (!isAllowed) return reply(response, 429, "too many requests");
    if (isUrlTooLong(request, limits)) return reply(response, 414, "the path is too long");
    if (!pages(request, response)) reply(response, 404, "not found");
  });
  server.maxConnections = limits.connections + SPARE;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  server.on("drop", () => meter.connectionRefused("connections"));
  // Once it listens, errors are of single sockets, as when there are no file descriptors left.
  server.once("listening", () => {
    server.on("error", (error: NodeJS.ErrnoException) => log.warn({ code: error.code }, "a socket was not accepted"));
  });
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    if (clientAddresses.isProxy(address)) return;
    const { account, release } = accounts.hold(networkOf(address));
    const closed = account.socket();
    socket.once("close", () => {
      closed();
      release();
    });
    if (account.sockets <= limits.connectionsPerAddress + SPARE_OF_ADDRESS) return;
    meter.connectionRefused("address");
    socket.destroy();
  });
  server.on("checkExpectation", (_request, response) => reply(response, 417, "expectation failed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What was never HTTP, or never TLS, is not answered in HTTP.
    const isHttp = error.code?.startsWith("HPE_") || error.code?.startsWith("ERR_HTTP_");
    if (!isHttp || !socket.writable) socket.destroy();
    else refuse(socket, statusOf(error));
  });

  const webSockets = createWebSockets((request) => admission.routeOf(request));
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const address = networkOf(clientAddresses.of(request));
    const { account, release } = accounts.hold(address);
    const decision = admission.decide(request, account);
    if ("reason" in decision) {
      release();
      meter.connectionRefused(decision.reason);
      return refuse(socket, decision.status, decision.headers);
    }
    let isOpen = false;
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      isOpen = true;
      const disconnected = account.connection();
      const { dialect } = decision;
      const connection = new Connection(webSocket, { ...options, socket, dialect, address, account });
      connections.add(connection);
      webSocket.once("close", () => {
        connections.delete(connection);
        disconnected();
        release();
      });
      log.debug({ connections: connections.size }, "connection opened");
    });
    if (isOpen) return;
    release();
    meter.connectionRefused("handshake");
  });
  return { server, connections, drain: () => admission.drain() };
}

function createPlainOrTls(
  { credentials, limits }: HttpServerOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const http = {
    // Node counts names and values, and refuses from this number on.
    maxHeaderSize: limits.headerBytes + 1,
    headersTimeout: PATIENCE,
    requestTimeout: PATIENCE,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
  };
  if (credentials.tls === undefined) return createServer(http, listener);
  const server: TlsServer = createTlsServer({ ...http, ...credentials.tls, handshakeTimeout: PATIENCE }, listener);
  credentials.onTls((material) => server.setSecureContext(material));
  return server;
}

function createWebSockets(routeOf: (request: IncomingMessage) => Route | undefined): WebSocketServer {
  // `closeTimeout` is not in the types yet.
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: protocol.relayMessage,
    maxFragments: MAX_FRAGMENTS,
    closeTimeout: CLOSE_PATIENCE,
    // Connections answer pings themselves: the newest only.
    autoPong: false,
    // A browser that offers anything wants one of it back, and one that shows a token has to offer something.
    handleProtocols: (offered, request) => {
      const subprotocol = routeOf(request)?.subprotocol ?? MPC_WEBSOCKET;
      return offered.has(subprotocol) && subprotocol;
    },
  };
  const webSockets = new WebSocketServer(options);
  webSockets.on("headers", (headers) => headers.push(...isolationLines));
  webSockets.on("wsClientError", (_error, socket) => refuse(socket, "400 Bad Request", ["Sec-WebSocket-Version: 13"]));
  return webSockets;
}
