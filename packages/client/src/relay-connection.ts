import type { MethodName, MethodParams, MethodResult } from "@countersign/rpc";
import { Alarm } from "./alarm.ts";
import { BackOff } from "./back-off.ts";
import { RelayError } from "./errors.ts";
import type { Follower } from "./follower.ts";
import { type RelayConnectionOptions, type RelayConnectionSettings, withDefaults } from "./relay-connection-options.ts";
import { RelayNodes } from "./relay-nodes.ts";
import { relayEndpoint } from "./relay-url.ts";
import { RpcSocket } from "./rpc-socket.ts";

/** The methods that need no place in a session or a group, so that they can be called again on another connection. */
export type StandaloneMethod = Exclude<MethodName, `${"Session" | "Group" | "Notify"}.${string}`>;

/**
 * A connection to a relay that outlives its sockets: made when there is something to say, made again with back-off when
 * it breaks and somebody still needs it, at the next node if the relay has several. Calls that were not answered are made
 * again, too.
 */
export class RelayConnection {
  private readonly nodes: RelayNodes;
  private readonly options: RelayConnectionSettings;
  private readonly backOff: BackOff;
  private readonly retry: Alarm;
  private readonly followers = new Set<Follower>();
  private readonly calls = new Set<PendingCall>();
  private socket: RpcSocket | undefined;
  private state: "idle" | "connecting" | "up" | "waiting" | "closed" = "idle";
  private upSince = 0;
  /** Whether this relay was reached before: the first attempt fails at once, later ones are made again. */
  private patient = false;
  /** When the connection was lost, until a new one has proved to be good. */
  private troubleSince: number | undefined;

  /** Connects to nothing yet. Throws `UsageError` for a URL that is none of a relay, and for no access token. */
  constructor(options: RelayConnectionOptions) {
    this.options = withDefaults(options);
    this.nodes = new RelayNodes(options.url);
    this.backOff = new BackOff(this.options.randomBytes);
    this.retry = new Alarm(this.options.clock, () => this.connect());
  }

  /** The address of the node that it is connected to, or tries, without the path of the dialect. */
  get url(): string {
    return this.nodes.current;
  }

  /** The addresses of all its nodes, with commas between, as they can be given again. */
  get urls(): string {
    return this.nodes.addresses.join(",");
  }

  /** Calls a method of the relay. Rejects with `RelayError`: `relay.unreachable` if no connection can be made. */
  call<Name extends StandaloneMethod>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>> {
    return new Promise((resolve, reject) => {
      if (this.state === "closed") return reject(closedError());
      const done = () => this.calls.delete(call);
      const call: PendingCall = {
        make: (socket) =>
          socket.request(method, params, {
            result(result) {
              done();
              resolve(result);
            },
            error(error) {
              // As good as gone: it is asked again on the next connection, when it has had time.
              if (error.code === "relay.unavailable") return socket.cut(error.message);
              done();
              reject(error);
            },
          }),
        fail: reject,
      };
      this.calls.add(call);
      if (this.state === "up" && this.socket !== undefined) call.make(this.socket);
      else this.need();
    });
  }

  /** Whether it was lost and is being made again, so that whoever asks for something now has to wait. */
  get isLost(): boolean {
    return this.state !== "up" && this.troubleSince !== undefined;
  }

  /** Tells a follower of every socket, and keeps the connection up as long as there is one. */
  follow(follower: Follower): void {
    if (this.state === "closed") return follower.gone(closedError());
    this.followers.add(follower);
    if (this.state === "up" && this.socket !== undefined) follower.up(this.socket);
    else this.need();
  }

  unfollow(follower: Follower): void {
    this.followers.delete(follower);
  }

  /** Closes the connection for good; calls without an answer reject with `relay.closed`. */
  close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.retry.clear();
    this.socket?.cut("closed");
    this.dismiss(closedError());
  }

  private need(): void {
    if (this.state === "idle") this.connect();
  }

  private connect(): void {
    this.state = "connecting";
    const { transport, clock, connectTimeoutMs, accessToken } = this.options;
    this.socket = new RpcSocket({
      url: relayEndpoint(this.url),
      transport,
      clock,
      connectTimeoutMs: Math.min(connectTimeoutMs, this.nodes.patience.connectMs),
      patience: this.nodes.patience,
      accessToken,
      open: () => this.opened(),
      event: (event) => {
        for (const follower of [...this.followers]) follower.event(event);
      },
      close: (reason) => this.lost(reason),
    });
  }

  private opened(): void {
    this.state = "up";
    this.patient = true;
    this.nodes.reached();
    this.upSince = this.now();
    for (const follower of [...this.followers]) if (this.socket !== undefined) follower.up(this.socket);
    for (const call of [...this.calls]) if (this.socket !== undefined) call.make(this.socket);
  }

  private lost(reason: string): void {
    const isHeard = this.socket?.isHeard ?? false;
    this.socket = undefined;
    if (this.state === "closed") return;
    const wasUp = this.state === "up";
    this.state = "idle";
    // Nobody has to wait for a node that was not tried yet.
    const isAnother = this.nodes.next();
    if (wasUp) this.wasUp(isHeard);
    const now = this.now();
    if (this.followers.size === 0 && this.calls.size === 0) {
      this.troubleSince = undefined;
      return;
    }
    this.troubleSince ??= now;
    if (!wasUp && isAnother) {
      this.connect();
    } else if (!this.patient || now - this.troubleSince >= this.options.reconnectForMs) {
      this.giveUp(reason);
    } else {
      this.state = "waiting";
      this.retry.setAt(now + this.backOff.next());
    }
  }

  private wasUp(isHeard: boolean): void {
    // A relay that takes connections only to drop them, or to be silent, is in trouble all the same.
    if (this.troubleSince === undefined || (isHeard && this.now() - this.upSince >= PROVEN_MS)) {
      this.backOff.reset();
      this.troubleSince = this.now();
    }
    for (const follower of [...this.followers]) follower.down();
  }

  private giveUp(reason: string): void {
    this.troubleSince = undefined;
    this.patient = false;
    this.dismiss(
      new RelayError("relay.unreachable", `No connection to the relay ${this.urls.replaceAll(",", ", ")}: ${reason}`, {
        retryable: true,
      }),
    );
  }

  private dismiss(error: RelayError): void {
    const followers = [...this.followers];
    const calls = [...this.calls];
    this.followers.clear();
    this.calls.clear();
    for (const follower of followers) follower.gone(error);
    for (const call of calls) call.fail(error);
  }

  private now(): number {
    return this.options.clock.now().ms;
  }
}

/** Ms that a connection on which the relay is heard must live until it counts as good again. */
const PROVEN_MS = 10_000;

interface PendingCall {
  make(socket: RpcSocket): void;
  fail(error: RelayError): void;
}

function closedError(): RelayError {
  return new RelayError("relay.closed", "The connection to the relay was closed by this side");
}
