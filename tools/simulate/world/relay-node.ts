import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { COUNTERSIGN_V1, COUNTERSIGN_V1_PATH, MPC_WEBSOCKET_PATH } from "@countersign/rpc";
import type { Clock } from "../../../apps/relay-server/src/clock.ts";
import { closeAll } from "../../../apps/relay-server/src/closing.ts";
import { Relay } from "../../../apps/relay-server/src/core/relay.ts";
import { createClientAddresses } from "../../../apps/relay-server/src/http/client-address.ts";
import { Credentials } from "../../../apps/relay-server/src/http/credentials.ts";
import { createHttpServer, type HttpServer } from "../../../apps/relay-server/src/http/server.ts";
import { defaultLimits } from "../../../apps/relay-server/src/limits/limits.ts";
import { silentLog } from "../../../apps/relay-server/src/log.ts";
import { silentMeter } from "../../../apps/relay-server/src/observe/meter.ts";
import { createCountersignV1 } from "../../../apps/relay-server/src/protocol/countersign-v1.ts";
import { createMpcWebsocket } from "../../../apps/relay-server/src/protocol/mpc/mpc-websocket.ts";
import type { Line } from "./line.ts";
import type { Medium, Opened } from "./medium.ts";
import type { Turns } from "./turns.ts";

export interface RelayNodeOptions {
  readonly turns: Turns;
  readonly medium: Medium;
  /** How fast its clock goes; 1 is right. */
  readonly pace: number;
  /** Seconds. */
  readonly sessionLife: number;
}

/** Seconds between pings. */
const PING_INTERVAL = 20;

/** Ms that a relay takes to be there at all. */
const START_MS = 50;

/** A relay, whole but for its listening socket: started, drained, and killed. */
export class RelayNode {
  private readonly options: RelayNodeOptions;
  private readonly lines = new Set<Line>();
  private life = 0;
  private opened: Opened | undefined;
  private http: HttpServer | undefined;
  private relay: Relay | undefined;

  constructor(options: RelayNodeOptions) {
    this.options = options;
  }

  /** Whether it takes connections. */
  get isUp(): boolean {
    return this.http !== undefined;
  }

  /** What it holds for clients: groups, sessions, invitations, connections and bytes that wait for them. */
  get held(): {
    readonly groups: number;
    readonly sessions: number;
    readonly connections: number;
    readonly waiting: number;
  } {
    const { groups = 0, sessions = 0 } = this.relay?.directory.size ?? {};
    const connections = [...(this.http?.connections ?? [])];
    return {
      groups,
      sessions,
      connections: connections.length,
      waiting: Math.max(0, ...connections.map((one) => one.waiting)),
    };
  }

  /** Starts a process, which serves when it has read what there is. */
  start(): void {
    const { medium, sessionLife, turns } = this.options;
    this.life += 1;
    const { life } = this;
    const clock = this.clock(life);

    this.opened = medium.connect();
    const surroundings = { clock, log: silentLog, meter: silentMeter };
    const relay = new Relay({ ...surroundings, store: this.opened.store }, { sessionLife, limits: defaultLimits });
    const http = createHttpServer({
      ...{ ...surroundings, limits: defaultLimits, pingInterval: PING_INTERVAL },
      routes: [
        { path: COUNTERSIGN_V1_PATH, subprotocol: COUNTERSIGN_V1, dialect: createCountersignV1(relay, surroundings) },
        { path: MPC_WEBSOCKET_PATH, subprotocol: undefined, dialect: createMpcWebsocket(relay, surroundings) },
      ],
      pages: () => false,
      clientAddresses: createClientAddresses(),
      origins: undefined,
      common: undefined,
      credentials: new Credentials({}),
    });
    this.relay = relay;
    turns.after(START_MS, () => {
      if (life !== this.life) return;
      relay.load().then(
        () => {
          if (life === this.life) this.http = http;
        },
        // A store that fails while it is being read: as a supervisor does, it is started once more.
        () => life === this.life && this.restart(500),
      );
    });
  }

  /** A line reaches it. */
  accept(line: Line, request: IncomingMessage, socket: Duplex): void {
    this.lines.add(line);
    socket.once("close", () => this.lines.delete(line));
    this.http?.server.emit("upgrade", request, socket, Buffer.alloc(0));
  }

  /** Kills the process; another one is started after so many ms. */
  restart(awayMs: number): void {
    this.life += 1;
    const { life } = this;
    this.opened?.kill();
    this.http = undefined;
    this.relay = undefined;
    const lines = [...this.lines];
    this.lines.clear();
    for (const line of lines) line.relayKilled();
    this.options.turns.after(awayMs, () => {
      if (life === this.life) this.start();
    });
  }

  /** The process and its store hear nothing of each other for so many ms. */
  part(ms: number): void {
    this.opened?.part?.(ms);
  }

  /** Ends the process as an operator does: its clients are told, and what it has begun is finished. */
  async drain(awayMs: number): Promise<void> {
    const { http, relay, opened, life } = this;
    if (http === undefined || relay === undefined || opened === undefined) return;
    http.drain();
    await closeAll(http.connections, { clock: this.clock(life), seconds: 0 });
    if (life !== this.life) return;
    relay.directory.close();
    await opened.store.close();
    if (life === this.life) this.restart(awayMs);
  }

  /** Time as a process of it sees it, which ends with the process. */
  private clock(life: number): Clock {
    const { turns, pace } = this.options;
    return {
      now: () => turns.ms * pace,
      after: (ms, run) => ({
        cancel: turns.after(Math.ceil(ms / pace), () => (life === this.life ? run() : undefined)),
      }),
    };
  }
}
