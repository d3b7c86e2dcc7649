import {
  ACCESS_SUBPROTOCOL,
  COUNTERSIGN_V1,
  decodeRpc,
  encodeRequest,
  type MethodName,
  type MethodParams,
  type MethodResult,
  type RelayEvent,
  type RpcFailure,
  type RpcMessage,
  type RpcSuccess,
  readEvent,
  readMessageEvent,
  readResult,
} from "@countersign/rpc";
import { Alarm } from "./alarm.ts";
import { RelayError, relayErrorOf } from "./errors.ts";
import type { Clock } from "./ports.ts";
import type { Patience } from "./relay-nodes.ts";
import type { Transport, TransportConnection } from "./transport.ts";

/**
 * What becomes of one request: called synchronously when the answer arrives, before what arrives behind it. Nothing is
 * called if the connection is gone before.
 */
export interface Answer<Name extends MethodName> {
  result(result: MethodResult<Name>): void;
  error(error: RelayError): void;
}

export interface RpcSocketOptions {
  readonly url: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly patience: Pick<Patience, "answerMs" | "quietMs">;
  readonly accessToken: string | undefined;
  open(): void;
  event(event: RelayEvent): void;
  /** Once, and nothing after it. */
  close(reason: string): void;
}

/**
 * countersign.v1 over one connection: answers find their requests, events are checked. It lives as long as its
 * connection, which it cuts when the relay is silent for too long or says what is not of the protocol.
 */
export class RpcSocket {
  private readonly options: RpcSocketOptions;
  private readonly connection: TransportConnection;
  private readonly alarm: Alarm;
  private readonly pending = new Map<number, Pending>();
  private state: "connecting" | "open" | "closed" = "connecting";
  private nextId = 1;
  private heardAt: number;
  private heardAnything = false;

  constructor(options: RpcSocketOptions) {
    this.options = options;
    this.heardAt = this.now();
    this.alarm = new Alarm(options.clock, () => this.checkSilence());
    this.alarm.setIn(options.connectTimeoutMs);
    const access = options.accessToken === undefined ? [] : [ACCESS_SUBPROTOCOL + options.accessToken];
    this.connection = options.transport.connect(options.url, [COUNTERSIGN_V1, ...access], {
      open: () => this.opened(),
      message: (text) => this.received(text),
      close: (code) => this.closed(closeReasons[code] ?? `closed with code ${code}`),
    });
  }

  /** Whether the relay has said anything: one that takes connections may still be one that has hung. */
  get isHeard(): boolean {
    return this.heardAnything;
  }

  request<Name extends MethodName>(method: Name, params: MethodParams<Name>, answer: Answer<Name>): void {
    if (this.state !== "open") return;
    const id = this.nextId++;
    const settle = (message: RpcSuccess | RpcFailure) => this.settle(method, message, answer);
    this.pending.set(id, { sentAt: this.now(), settle });
    this.connection.send(encodeRequest(id, method, params));
    if (this.pending.size === 1) this.alarm.setAt(this.deadline());
  }

  /** Ends the connection as if it had broken. */
  cut(reason: string): void {
    this.connection.close();
    this.closed(reason);
  }

  private opened(): void {
    if (this.state !== "connecting") return;
    this.state = "open";
    this.heardAt = this.now();
    this.alarm.setAt(this.deadline());
    this.options.open();
  }

  private received(text: string): void {
    this.heardAt = this.now();
    this.heardAnything = true;
    const event = readMessageEvent(text);
    if (event !== undefined) return this.state === "open" ? this.options.event(event) : undefined;
    for (const message of decodeRpc(text).messages) {
      if (this.state !== "open") return;
      this.take(message);
    }
  }

  private take(message: RpcMessage): void {
    if (message.type === "notification") {
      const event = readEvent(message.method, message.params);
      if (event.ok) this.options.event(event.value);
      // Events of a newer relay are skipped; a known one that cannot be read would be a hole in what we know.
      else if (event.path !== "method") this.cut("the relay sent a malformed event");
      return;
    }
    const pending = message.type === "success" || message.type === "failure" ? this.pendingOf(message) : undefined;
    if (pending === undefined) this.cut("the relay sent what is neither an event nor an answer");
  }

  private pendingOf(message: RpcSuccess | RpcFailure): Pending | undefined {
    if (typeof message.id !== "number") return undefined;
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    pending?.settle(message);
    return pending;
  }

  private settle<Name extends MethodName>(method: Name, message: RpcSuccess | RpcFailure, answer: Answer<Name>): void {
    if (message.type === "failure") {
      answer.error(relayErrorOf(message.error));
      return;
    }
    const result = readResult(method, message.result);
    if (result.ok) answer.result(result.value);
    else answer.error(new RelayError("relay.protocol", `The relay's answer to ${method} is malformed`));
  }

  private closed(reason: string): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.alarm.clear();
    this.pending.clear();
    this.options.close(reason);
  }

  /** When the silence is too long: for an answer that is owed, or for a connection that nobody uses. */
  private deadline(): number {
    const [oldest] = this.pending.values();
    const { answerMs, quietMs } = this.options.patience;
    return oldest === undefined ? this.heardAt + quietMs : Math.max(this.heardAt, oldest.sentAt) + answerMs;
  }

  private checkSilence(): void {
    if (this.state === "connecting") return this.cut("no connection in time");
    const deadline = this.deadline();
    if (this.now() < deadline) return this.alarm.setAt(deadline);
    if (this.pending.size > 0) return this.cut("the relay does not answer");
    this.request("Relay.info", {}, { result() {}, error() {} });
  }

  private now(): number {
    return this.options.clock.now().ms;
  }
}

/** What the codes of RFC 6455 mean here. The relay's own words are not repeated: they might be anything. */
const closeReasons: Readonly<Record<number, string>> = {
  1002: "it speaks another protocol",
  1003: "it sends what is not text",
  1006: "the connection failed",
  1012: "it restarts",
};

interface Pending {
  readonly sentAt: number;
  readonly settle: (message: RpcSuccess | RpcFailure) => void;
}
