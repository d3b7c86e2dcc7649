import { once } from "node:events";
import {
  decodeRpc,
  encodeRequest,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type RpcFailure,
  type RpcSuccess,
  readEvent,
} from "@countersign/rpc";
import { WebSocket } from "ws";
import { undocumented } from "./documented.ts";

export interface Event {
  readonly name: string;
  readonly params: { readonly [name: string]: unknown };
}

/** What a call was answered: the result, or the code of the error with what else its data says. */
export class CallError extends Error {
  readonly code: string;
  readonly data: { readonly [name: string]: unknown };

  constructor(error: { code: number; message: string; data?: unknown }) {
    const data = (error.data ?? {}) as { code?: string };
    super(`${data.code ?? error.code}`);
    this.code = data.code ?? String(error.code);
    this.data = data;
  }
}

interface Pending {
  readonly method: MethodName;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * A client that shows everything: calls, events in the order in which they came, raw texts. Takes no answer and no event
 * that the document of the dialect does not know.
 */
export interface ClientOptions {
  /** An access token. */
  readonly access?: string;
  /** The address from which it connects, one of the loopback's. */
  readonly from?: string;
  /** For whom a proxy would say that it connects. */
  readonly forwarded?: string;
}

export class Client {
  readonly webSocket: WebSocket;
  readonly events: Event[] = [];
  /** Everything that came, in order: "answer ID" or the name of an event. */
  readonly order: string[] = [];
  readonly texts: string[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #watchers = new Set<() => void>();
  #lastId = 0;

  constructor(url: string, { access, from, forwarded }: ClientOptions = {}) {
    const headers = {
      ...(access === undefined ? {} : { authorization: `Bearer ${access}` }),
      ...(forwarded === undefined ? {} : { "x-forwarded-for": forwarded }),
    };
    const local = from === undefined ? {} : { localAddress: from };
    this.webSocket = new WebSocket(`${url}/v1`, "countersign.v1", { headers, ...local });
    this.webSocket.on("message", (data) => this.#take(data.toString()));
    this.webSocket.on("error", () => undefined);
    this.webSocket.on("close", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("closed"));
      this.#pending.clear();
      this.#notify();
    });
  }

  static async connect(url: string, options: ClientOptions = {}): Promise<Client> {
    const client = new Client(url, options);
    await once(client.webSocket, "open");
    return client;
  }

  call<Name extends MethodName>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>> {
    const id = ++this.#lastId;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { method, resolve, reject }));
    answer.catch(() => undefined);
    this.webSocket.send(encodeRequest(id, method, params as object as { [name: string]: unknown }));
    return answer as Promise<MethodResult<Name>>;
  }

  /** Resolves when the events say so. */
  async until(condition: (events: readonly Event[]) => boolean): Promise<readonly Event[]> {
    await this.when(() => condition(this.events));
    return this.events;
  }

  /** Resolves with the first event of this name. */
  async event(name: string): Promise<Event["params"]> {
    await this.when(() => this.events.some((event) => event.name === name));
    return this.events.find((event) => event.name === name)?.params ?? {};
  }

  /** Resolves with the first text behind the ones that came before. */
  async nextText(): Promise<string> {
    const before = this.texts.length;
    await this.when(() => this.texts.length > before);
    return this.texts[before] ?? "";
  }

  when(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  async close(): Promise<number> {
    if (this.webSocket.readyState === WebSocket.CLOSED) return 0;
    const closed = once(this.webSocket, "close");
    this.webSocket.close();
    const [code] = await closed;
    return code as number;
  }

  /** Breaks the connection without a word. */
  async cut(): Promise<void> {
    const closed = once(this.webSocket, "close");
    this.webSocket.terminate();
    await closed;
  }

  closed(): Promise<number> {
    return once(this.webSocket, "close").then(([code]) => code as number);
  }

  bodies(): string[] {
    return this.events.filter(({ name }) => name === "message").flatMap(({ params }) => params["bodies"] as string[]);
  }

  #take(text: string): void {
    this.texts.push(text);
    for (const message of decodeRpc(text).messages) {
      if (message.type === "notification") {
        const read = readEvent(message.method, message.params);
        // Nobody catches it: the run fails.
        if (!read.ok) throw new Error(`${message.method} is not documented: ${read.path} ${read.reason}`);
        this.order.push(message.method);
        this.events.push({ name: message.method, params: message.params as Event["params"] });
      } else if (message.type === "success" || message.type === "failure") {
        this.order.push(`answer ${message.id}`);
        const pending = this.#pending.get(message.id as number);
        this.#pending.delete(message.id as number);
        if (pending !== undefined) settle(pending, message);
      }
    }
    this.#notify();
  }

  #notify(): void {
    for (const look of [...this.#watchers]) look();
  }
}

function settle({ method, resolve, reject }: Pending, answer: RpcSuccess | RpcFailure): void {
  const error = answer.type === "failure" ? new CallError(answer.error) : undefined;
  const fault = undocumented(method, error ?? (answer as RpcSuccess));
  if (fault !== undefined) reject(new Error(fault));
  else if (error !== undefined) reject(error);
  else resolve((answer as RpcSuccess).result);
}

/** 32 bytes that are made of one number, as base64url. */
export const secret = (seed: number, length = 32): string => Buffer.alloc(length, seed).toString("base64url");

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const body = (text: string): string => Buffer.from(text).toString("base64url");

export const text = (encoded: string): string => Buffer.from(encoded, "base64url").toString();

/** What member `n` opens a session of two with. */
export const member = (n: number, more: Partial<MethodParams<"Session.open">> = {}): MethodParams<"Session.open"> => ({
  group: uuid(1),
  session: uuid(2),
  kind: "exchange",
  parties: 2,
  threshold: 2,
  eid: secret(n),
  versions: "AQ",
  token: secret(100 + n),
  ...more,
});
