import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Caller, errorCodes, type HttpAnswer, MethodError, type Rpc } from "@countersign/cosign";
import type { Clock } from "../clock.ts";
import { type Log, reasonOf } from "../log.ts";
import type { AllowedAddresses } from "./allowed-addresses.ts";
import { ByteBudget } from "./byte-budget.ts";
import { goneSignal, OneCaller } from "./one-caller.ts";
import { readBody } from "./read-body.ts";
import type { Users } from "./users.ts";
import type { Whitelists } from "./whitelists.ts";
import { type Place, WorkQueue } from "./work-queue.ts";

/** Sizes in bytes, times in milliseconds, and numbers, that are no options. */
export const httpLimits = {
  body: 32 * 1024 * 1024,
  /** Of all requests that are not answered yet. */
  bodies: 64 * 1024 * 1024,
  headers: 8_192,
  connections: 1_024,
  /** Calls that only wait for others, of all users. */
  waitingCalls: 1_024,
  /** What a wrong password costs, and how many pay at a time. */
  wrongPassword: 250,
  wrongPasswords: 16,
  /** Until a request has come as a whole. */
  request: 300_000,
} as const;

export interface RpcServerOptions {
  readonly rpc: Rpc;
  readonly users: Users;
  readonly whitelists: Whitelists;
  readonly allowed: AllowedAddresses;
  readonly threads: number;
  readonly queueDepth: number;
  readonly idleSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the daemon stops: who waits is told. */
  readonly stopping: AbortSignal;
  /** Calls that only wait for others; `httpLimits.waitingCalls` by default. */
  readonly waitingCalls?: number;
  /** Bytes of the bodies of all requests that are not answered yet; `httpLimits.bodies` by default. */
  readonly bodies?: number;
}

const WHO_ARE_YOU = { "www-authenticate": 'Basic realm="jsonrpc"' } as const;

/** HTTP as a Bitcoin node serves it. The rules are in spec 0007, section 2. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #work: WorkQueue;
  readonly #wrong = new WorkQueue({ threads: httpLimits.wrongPasswords, depth: httpLimits.connections });
  readonly #welcome = new WeakMap<Socket, boolean>();
  readonly #known = new WeakMap<Socket, { readonly header: string; readonly user: string }>();
  readonly #bodies: ByteBudget;
  #waiting = 0;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#work = new WorkQueue({ threads: options.threads, depth: options.queueDepth });
    this.#bodies = new ByteBudget(options.bodies ?? httpLimits.bodies);
  }

  /** One that can be told to listen; all of them share work and limits. */
  createServer(): Server {
    const idle = this.#options.idleSeconds * 1_000;
    const server = createServer(
      {
        // Node counts names and values, and refuses from this number on.
        maxHeaderSize: httpLimits.headers + 1,
        keepAliveTimeout: idle,
        headersTimeout: idle,
        requestTimeout: Math.max(idle, httpLimits.request),
        connectionsCheckingInterval: Math.min(idle, 1_000),
      },
      (request, response) => void this.#serve(request, response),
    );
    server.maxConnections = httpLimits.connections;
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      // A client that goes away before its request is here is no fault of anybody.
      const level = (error as NodeJS.ErrnoException).code === "ECONNRESET" ? "debug" : "error";
      this.#options.log[level]({ reason: reasonOf(error) }, "a request was not answered");
      response.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "", method, headers } = request;
    if (!this.#isAllowed(request.socket)) return send(response, { status: 403 });
    if (url !== "/" && !url.startsWith("/wallet/")) return send(response, { status: 404 });
    if (method !== "POST") return sendText(response, 405, "JSONRPC server handles only POST requests");
    if (headers.authorization === undefined) return send(response, { status: 401 }, WHO_ARE_YOU);
    const user = this.#authorize(request.socket, headers.authorization);
    if (user === undefined) return this.#refuse(response);
    const share = this.#bodies.share();
    try {
      const body = await readBody(request, httpLimits.body, share);
      if (body === "too long") return sendLast(response, 413);
      if (body === "too much") return sendLast(response, 503, "Too many bytes of requests are waiting");
      await this.#carryOut(body, user, response);
    } finally {
      share.giveBack();
    }
  }

  async #carryOut(body: Uint8Array, user: string, response: ServerResponse): Promise<void> {
    const entered = this.#work.enter();
    if (entered === undefined) return sendText(response, 503, "Work queue depth exceeded");
    const place = entered instanceof Promise ? await entered : entered;
    try {
      const answer = await this.#options.rpc.answer(body, this.#callerOf(user, place, response));
      // Nobody keeps a connection to a daemon that stops.
      if (this.#options.stopping.aborted) response.shouldKeepAlive = false;
      send(response, answer);
    } finally {
      place.done();
    }
  }

  /** Whoever shows again what was good on the same connection is not hashed again: a tenth of a short call. */
  #authorize(socket: Socket, header: string): string | undefined {
    const known = this.#known.get(socket);
    if (known?.header === header) return known.user;
    const user = this.#options.users.authorize(header);
    if (user !== undefined) this.#known.set(socket, { header, user });
    return user;
  }

  /** What was decided for a socket holds for all its requests. */
  #isAllowed(socket: Socket): boolean {
    let isWelcome = this.#welcome.get(socket);
    if (isWelcome === undefined) {
      isWelcome = this.#options.allowed(socket.remoteAddress);
      this.#welcome.set(socket, isWelcome);
      if (!isWelcome) this.#options.log.warn({}, "somebody connects from an address that is not allowed");
    }
    return isWelcome;
  }

  /** Takes its time, and takes only a few at a time, so that guessing is slow over many connections, too. */
  async #refuse(response: ServerResponse): Promise<void> {
    const { log, clock } = this.#options;
    const place = await this.#wrong.enter();
    if (place === undefined) return sendLast(response, 503);
    log.warn({}, "wrong credentials were shown");
    await new Promise<void>((resolve) => clock.after(httpLimits.wrongPassword, resolve));
    place.done();
    send(response, { status: 401 }, WHO_ARE_YOU);
  }

  #callerOf(user: string, place: Place, response: ServerResponse): Caller {
    const { whitelists, stopping } = this.#options;
    const whitelist = whitelists.of(user);
    return new OneCaller({
      mayCall: whitelist && ((method) => whitelist.has(method)),
      makeSignal: () => AbortSignal.any([stopping, goneSignal(response)]),
      wait: (run) => this.#wait(place, run),
    });
  }

  async #wait<T>(place: Place, run: () => Promise<T>): Promise<T> {
    const { waitingCalls = httpLimits.waitingCalls } = this.#options;
    if (this.#waiting >= waitingCalls) throw new MethodError(errorCodes.misc, "Too many calls are waiting");
    this.#waiting++;
    try {
      return await place.leaveFor(run);
    } finally {
      this.#waiting--;
    }
  }
}

function send(
  response: ServerResponse,
  { status, body }: HttpAnswer,
  more: Readonly<Record<string, string>> = {},
): void {
  if (body === undefined) {
    response.writeHead(status, status === 204 ? more : { ...more, "content-length": "0" }).end();
    return;
  }
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": length, ...more }).end(body);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", "content-length": Buffer.byteLength(text) }).end(text);
}

/** Answers without reading further: the connection ends with it. */
function sendLast(response: ServerResponse, status: number, text?: string): void {
  response.shouldKeepAlive = false;
  if (text === undefined) send(response, { status });
  else sendText(response, status, text);
}
