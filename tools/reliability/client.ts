import { once } from "node:events";
import { WebSocket } from "ws";

/** What a call was answered, as it came. */
export interface Answer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** An event of countersign.v1. */
export interface Event {
  readonly name: string;
  readonly params: { readonly [name: string]: unknown };
}

export interface ClientOptions {
  /** The address that it comes from, of 127.0.0.0/8: limits by address see many. */
  readonly from?: string;
  /** Default: countersign.v1. */
  readonly dialect?: "countersign.v1" | "mpc-websocket";
  readonly onEvent?: (event: Event) => void;
}

/** An error answer, thrown by `call`. */
export class CallError extends Error {
  readonly code: string;

  constructor(method: string, { code, message, data }: NonNullable<Answer["error"]>) {
    const own = (data as { code?: string } | undefined)?.code;
    super(`${method} was answered ${own ?? `${code} ${message}`}`);
    this.code = own ?? String(code);
  }
}

/**
 * A client of either dialect that believes nothing and repairs nothing: it counts, and shows what came. Ids go up
 * from 1, so that id 0 is an event of mpc-websocket.
 */
export class Client {
  readonly webSocket: WebSocket;
  /** Code and reason with which the connection ended. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #pending = new Map<unknown, { resolve(answer: Answer): void; reject(error: Error): void }>();
  readonly #onEvent: (event: Event) => void;
  #lastId = 0;

  private constructor(url: string, { from, dialect = "countersign.v1", onEvent = () => undefined }: ClientOptions) {
    this.#onEvent = onEvent;
    const options = from === undefined ? {} : { localAddress: from };
    const isV1 = dialect === "countersign.v1";
    this.webSocket = isV1
      ? new WebSocket(`${url}/v1`, "countersign.v1", options)
      : new WebSocket(`${url}/mpc`, [], options);
    this.webSocket.on("error", () => undefined);
    this.webSocket.on("message", (data) => this.#take(data.toString()));
    this.closed = new Promise((resolve) => {
      this.webSocket.on("close", (code, reason) => {
        for (const { reject } of this.#pending.values()) reject(new Error(`closed with ${code}`));
        this.#pending.clear();
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Rejects where the relay does not take it. */
  static async connect(url: string, options: ClientOptions = {}): Promise<Client> {
    const client = new Client(url, options);
    await Promise.race([
      once(client.webSocket, "open"),
      client.closed.then(({ code }) => Promise.reject(new Error(`not connected: ${code}`))),
    ]);
    return client;
  }

  /** Asks, and resolves with whatever is answered; rejects if the connection ends before. */
  ask(method: string, params: unknown): Promise<Answer> {
    const id = ++this.#lastId;
    return this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }), id);
  }

  /** Sends a text that will be answered under this id. */
  send(text: string, id: unknown): Promise<Answer> {
    if (this.webSocket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("closed already"));
    const answered = new Promise<Answer>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.webSocket.send(text);
    return answered;
  }

  /** Asks; the result, or a `CallError`. */
  async call<Result>(method: string, params: unknown): Promise<Result> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new CallError(method, error);
    return result as Result;
  }

  async close(): Promise<void> {
    this.webSocket.close();
    await this.closed;
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.webSocket.terminate();
  }

  #take(text: string): void {
    const message = JSON.parse(text) as Answer & { method?: string; params?: Event["params"] };
    if (message.method !== undefined) return this.#onEvent({ name: message.method, params: message.params ?? {} });
    if (message.id === 0 && Array.isArray(message.result)) {
      return this.#onEvent({ name: String(message.result[0]), params: { payload: message.result[1] } });
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    pending?.resolve(message);
  }
}

/** The nth address of 127.0.0.0/8 behind the usual one. */
export const address = (n: number): string =>
  `127.${1 + Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${1 + (n % 250)}`;

/** A UUID that is made of a number. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** Bytes that are made of one number, as base64url. */
export const secret = (seed: number, length = 32): string => {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(seed);
  return bytes.toString("base64url");
};

/** Text as base64url. */
export const encode = (text: string): string => Buffer.from(text).toString("base64url");
