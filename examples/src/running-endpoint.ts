import { randomBytes } from "node:crypto";
import type { Machine } from "@countersign/handshake";
import {
  createEndpoint,
  type EndpointInput,
  type EndpointOutput,
  type HandshakeMessage,
} from "@countersign/handshake/e3x";
import { nodeBackend } from "@countersign/noise/node";
import type { Home } from "./home.ts";
import type { Interface } from "./path.ts";
import { addressOf, type PeerAddress } from "./peer-address.ts";
import { type OpenTransport, routeOf, type Transport, textOf } from "./transport.ts";

/** What the endpoint tells its application; the rest is done by whoever runs it. */
export type EndpointNews =
  | Exclude<EndpointOutput<string>, { readonly type: "send" | "persist" | "wake" }>
  /** The `at` is on disk, and what waited for that leaves. */
  | { readonly type: "persisted"; readonly hashname: string; readonly at: bigint }
  /** An `at` could not be written. Nothing that depends on it is ever sent. */
  | { readonly type: "disk-fault"; readonly error: unknown };

export interface RunOptions {
  readonly home: Home;
  readonly open: OpenTransport;
  /** Default: a free port of 127.0.0.1. */
  readonly listen?: Interface | undefined;
  /** What every handshake says beside the link. */
  readonly messages?: readonly HandshakeMessage[];
  /** Seconds by which the wall clock is wrong. */
  readonly clockError?: number;
  /** Milliseconds between keep-alives, for transports whose paths close when nothing comes. Default: none. */
  readonly keepAlive?: number;
  readonly onNews: (news: EndpointNews) => void;
}

/** The machine between a network, a disk and a clock. All that happens goes in by one queue, all that is to do comes out. */
export class RunningEndpoint {
  readonly address: PeerAddress;
  private readonly machine: Machine<EndpointInput<string>, EndpointOutput<string>>;
  private readonly transport: Transport;
  private readonly options: RunOptions;
  private readonly inputs: EndpointInput<string>[] = [];
  private readonly heartbeat: NodeJS.Timeout | undefined;
  private isStepping = false;
  private isClosed = false;
  private alarm: NodeJS.Timeout | undefined;

  private constructor(transport: Transport, options: RunOptions) {
    const { home, messages = [], keepAlive } = options;
    this.transport = transport;
    this.options = options;
    this.address = addressOf(new Map([[0x3a, home.keyPair.publicKey]]), [transport.path]);
    const { dh } = nodeBackend;
    this.machine = createEndpoint({ keys: { "3a": home.keyPair }, dh, randomBytes, messages, highest: home.highest });
    if (keepAlive !== undefined) this.heartbeat = setInterval(() => this.step({ type: "keep-alive" }), keepAlive);
  }

  /** Opens the transport and begins. */
  static async start(options: RunOptions): Promise<RunningEndpoint> {
    let running: RunningEndpoint | undefined;
    const transport = await options.open({
      ...(options.listen === undefined ? {} : { listen: options.listen }),
      onPacket: (bytes, route) => running?.step({ type: "packet", bytes, path: textOf(route) }),
      onDrop: (code) => options.onNews({ type: "drop", code }),
    });
    running = new RunningEndpoint(transport, options);
    return running;
  }

  /** An input; also from within `onNews`, then it waits for its turn. */
  step(input: EndpointInput<string>): void {
    this.inputs.push(input);
    if (this.isStepping) return;
    this.isStepping = true;
    try {
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift()) {
        if (this.isClosed) return;
        for (const output of this.machine.step(next, this.now())) this.act(output);
      }
    } finally {
      this.isStepping = false;
    }
  }

  /** Ends without a word, to the peers and to the application. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.machine.step({ type: "end" }, this.now());
    clearTimeout(this.alarm);
    clearInterval(this.heartbeat);
    await this.transport.close();
  }

  private act(output: EndpointOutput<string>): void {
    if (output.type === "send") this.transport.send(output.bytes, routeOf(output.path));
    else if (output.type === "persist") void this.persist(output.id, output.entry);
    else if (output.type === "wake") this.wakeAt(output.at);
    else this.options.onNews(output);
  }

  private async persist(
    id: number,
    { hashname, at }: { readonly hashname: string; readonly at: bigint },
  ): Promise<void> {
    try {
      await this.options.home.raise(hashname, at);
    } catch (error) {
      return this.options.onNews({ type: "disk-fault", error });
    }
    if (this.isClosed) return;
    this.options.onNews({ type: "persisted", hashname, at });
    this.step({ type: "persisted", id });
  }

  private wakeAt(at: number | undefined): void {
    clearTimeout(this.alarm);
    if (at === undefined) return;
    const early = Math.max(0, at - performance.now());
    // Timers may ring before their time, and the machine asks only once.
    this.alarm = setTimeout(() => (performance.now() < at ? this.wakeAt(at) : this.step({ type: "time" })), early);
  }

  private now() {
    return { ms: performance.now(), unixSeconds: Date.now() / 1_000 + (this.options.clockError ?? 0) };
  }
}
