import type { IncomingMessage } from "node:http";
import type { Account } from "../limits/account.ts";
import type { Limits } from "../limits/limits.ts";
import type { RefusalReason } from "../observe/meter.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { showsToken, type TokenHashes } from "./access-tokens.ts";

/** Where a dialect is served. */
export interface Route {
  readonly path: string;
  /** What a client has to offer; undefined: nothing, and deeper paths lead there, too. */
  readonly subprotocol: string | undefined;
  readonly dialect: Dialect;
}

/** Why a client gets no WebSocket. */
export interface Rejection {
  readonly reason: RefusalReason;
  readonly status: string;
  readonly headers: readonly string[];
}

export interface AdmissionOptions {
  readonly routes: readonly Route[];
  readonly limits: Limits;
  /** Undefined: pages of all origins may connect. */
  readonly origins: readonly string[] | undefined;
  /** Undefined: clients need no token. */
  readonly tokens: () => TokenHashes | undefined;
  /** How many connections there are. */
  readonly count: () => number;
}

const LATER = ["Retry-After: 1"];

/** Decides who gets a WebSocket. */
export class Admission {
  readonly #options: AdmissionOptions;
  #isDraining = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** From now on nobody gets one. */
  drain(): void {
    this.#isDraining = true;
  }

  /** The first thing that stands against a request, cheap ones first; else where it leads. */
  decide(request: IncomingMessage, account: Account): Route | Rejection {
    const { limits, origins, tokens, count } = this.#options;
    if (!account.attempt()) return reject("rate", "429 Too Many Requests", LATER);
    if (this.#isDraining) return reject("draining", "503 Service Unavailable", LATER);
    if (request.httpVersion !== "1.1") return reject("handshake", "505 HTTP Version Not Supported");
    if (isUrlTooLong(request, limits)) return reject("path", "414 URI Too Long");
    const route = this.routeOf(request);
    if (route === undefined) return reject("path", "404 Not Found");
    if (!offers(request, route.subprotocol)) return reject("subprotocol", "400 Bad Request");
    const { origin } = request.headers;
    if (origin !== undefined && origins?.includes(origin) === false) return reject("origin", "403 Forbidden");
    const hashes = tokens();
    if (hashes !== undefined && !showsToken(request, hashes)) {
      return reject("token", "401 Unauthorized", ["WWW-Authenticate: Bearer"]);
    }
    if (!account.hasRoomForConnection()) return reject("address", "429 Too Many Requests", LATER);
    if (count() >= limits.connections) return reject("connections", "503 Service Unavailable", LATER);
    return route;
  }

  routeOf({ url = "" }: IncomingMessage): Route | undefined {
    const [path = ""] = url.split("?");
    return this.#options.routes.find((route) => {
      const isDeeper = route.subprotocol === undefined && path.startsWith(`${route.path}/`);
      return path === route.path || isDeeper;
    });
  }
}

export function isUrlTooLong({ url = "" }: IncomingMessage, { urlBytes }: Limits): boolean {
  return url.length > urlBytes;
}

function reject(reason: RefusalReason, status: string, headers: readonly string[] = []): Rejection {
  return { reason, status, headers };
}

function offers(request: IncomingMessage, subprotocol: string | undefined): boolean {
  const offered = request.headers["sec-websocket-protocol"] ?? "";
  return subprotocol === undefined || offered.split(",").some((name) => name.trim() === subprotocol);
}
