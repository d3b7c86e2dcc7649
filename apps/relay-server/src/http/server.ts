import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import { Accounts } from "../limits/accounts.ts";
import type { CommonLimits } from "../limits/common-limits.ts";
import { networkOf } from "../limits/network.ts";
import type { Pages } from "../observe/http.ts";
import { Connection } from "../protocol/connection.ts";
import type { ConnectionSurroundings } from "../protocol/connection-options.ts";
import { Heartbeats } from "../protocol/heartbeats.ts";
import { Admission, isUrlTooLong, type Route } from "./admission.ts";
import type { ClientAddresses } from "./client-address.ts";
import type { Credentials } from "./credentials.ts";
import { refuse, reply, statusOf } from "./replies.ts";
import { boundSockets } from "./sockets.ts";
import { createUpgrade } from "./web-sockets.ts";

/** Milliseconds until a client has to have said what it wants. */
const PATIENCE = 10_000;
const MAX_REQUESTS_PER_SOCKET = 100;

export interface HttpServerOptions extends Omit<ConnectionSurroundings, "heartbeats" | "connections"> {
  /** Seconds. */
  readonly pingInterval: number;
  readonly routes: readonly Route[];
  readonly pages: Pages;
  readonly clientAddresses: ClientAddresses;
  readonly origins: readonly string[] | undefined;
  readonly credentials: Credentials;
  /** What is counted together with other relays. */
  readonly common: CommonLimits | undefined;
}

export interface HttpServer {
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
  /** Gives nobody a WebSocket from now on. */
  drain(): void;
  /** Takes no more sockets and cuts those that there are. */
  close(): Promise<void>;
}

/** The HTTP side: pages, and the upgrade to WebSockets at the routes of the dialects. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { routes, pages, clientAddresses, origins, credentials, clock, limits, common, log, meter } = options;
  const connections = new Set<Connection>();
  const accounts = new Accounts(clock, limits, common);
  const admission = new Admission({
    routes,
    limits,
    origins,
    tokens: () => credentials.tokens,
    count: () => connections.size,
  });
  let hasWarned = false;
  const addressOf = (request: IncomingMessage) => {
    if (!hasWarned && clientAddresses.isHidden(request)) {
      hasWarned = true;
      log.warn({}, "a request came through a proxy that is not trusted; all its clients count as one address");
    }
    return networkOf(clientAddresses.of(request));
  };
  const server = createPlainOrTls(options, (request, response) => {
    const held = accounts.hold(addressOf(request));
    response.once("close", () => held.release());
    const isAllowed = held.account.attempt();
    // Of who asks too much, or for what pages do not do, nothing more is read: neither a body nor the next request.
    if (!isAllowed || (request.method !== "GET" && request.method !== "HEAD")) response.shouldKeepAlive = false;
    if (!isAllowed) return reply(response, 429, "too many requests");
    if (isUrlTooLong(request, limits)) return reply(response, 414, "the path is too long");
    if (!pages(request, response)) reply(response, 404, "not found");
  });
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;
  // Of HTTP sockets, whose pages wait for somebody who takes none; WebSockets have a watch of their own.
  server.timeout = PATIENCE;
  const close = boundSockets(server, { accounts, clientAddresses, limits, log, meter });
  server.on("checkExpectation", (_request, response) => reply(response, 417, "expectation failed"));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // What was never HTTP, or never TLS, is not answered in HTTP.
    const isHttp = error.code?.startsWith("HPE_") || error.code?.startsWith("ERR_HTTP_");
    if (!isHttp || !socket.writable) socket.destroy();
    else refuse(socket, statusOf(error));
  });

  const upgrade = createUpgrade((request) => admission.routeOf(request)?.subprotocol);
  const heartbeats = new Heartbeats(clock, options.pingInterval * 1_000);
  const surroundings: ConnectionSurroundings = { clock, limits, log, meter, heartbeats, connections };
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const address = addressOf(request);
    const held = accounts.hold(address);
    const decision = admission.decide(request, held.account);
    if ("reason" in decision) {
      held.release();
      meter.connectionRefused(decision.reason);
      return refuse(socket, decision.status, decision.headers);
    }
    let isOpen = false;
    upgrade({ request, socket, head }, (webSocket) => {
      isOpen = true;
      connections.add(new Connection(webSocket, surroundings, { dialect: decision.dialect, address, held }));
      log.debug({ connections: connections.size }, "connection opened");
    });
    if (isOpen) return;
    held.release();
    meter.connectionRefused("handshake");
  });
  return { server, connections, drain: () => admission.drain(), close };
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
