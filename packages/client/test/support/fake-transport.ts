import type { Transport, TransportHandlers } from "@countersign/client";
import {
  type EventName,
  type EventParams,
  encodeFailure,
  encodeNotification,
  encodeSuccess,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type RelayCode,
  type RelayErrorData,
  relayError,
} from "@countersign/rpc";

export interface Sent<Name extends MethodName = MethodName> {
  readonly id: number;
  readonly method: Name;
  readonly params: MethodParams<Name>;
}

/** The far end of one connection of a fake transport: a relay that says what the test says. */
export class FakeConnection {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: Sent[] = [];
  /** What `sent` was made of. */
  readonly texts: string[] = [];
  closed = false;
  private readonly handlers: TransportHandlers;

  constructor(url: string, protocols: readonly string[], handlers: TransportHandlers) {
    this.url = url;
    this.protocols = protocols;
    this.handlers = handlers;
  }

  open(): this {
    this.handlers.open();
    return this;
  }

  drop(): void {
    this.closed = true;
    this.handlers.close(1006);
  }

  say(text: string): void {
    this.handlers.message(text);
  }

  /** All requests of a method that came so far. */
  requests<Name extends MethodName>(method: Name): Sent<Name>[] {
    return this.sent.filter((request): request is Sent<Name> => request.method === method);
  }

  /** The only request of a method; fails the test if there are none or several. */
  the<Name extends MethodName>(method: Name): Sent<Name> {
    const [request, ...more] = this.requests(method);
    if (request === undefined || more.length > 0) throw new Error(`${more.length + 1} requests ${method}`);
    return request;
  }

  answer<Name extends MethodName>(request: Sent<Name>, result: MethodResult<Name>): void {
    this.say(encodeSuccess(request.id, result));
  }

  refuse(request: Sent, code: RelayCode, more?: Omit<RelayErrorData, "code" | "retryable">): void {
    this.say(encodeFailure(request.id, relayError(code, more)));
  }

  tell<Name extends EventName>(name: Name, params: EventParams<Name>): void {
    this.say(encodeNotification(name, params));
  }
}

/** A transport whose far ends the test holds in its hand. */
export class FakeTransport implements Transport {
  readonly connections: FakeConnection[] = [];

  connect(url: string, protocols: readonly string[], handlers: TransportHandlers) {
    const connection = new FakeConnection(url, protocols, handlers);
    this.connections.push(connection);
    return {
      send(text: string) {
        if (connection.closed) return;
        connection.texts.push(text);
        connection.sent.push(JSON.parse(text));
      },
      close() {
        connection.closed = true;
      },
    };
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("no connection was made");
    return connection;
  }
}
