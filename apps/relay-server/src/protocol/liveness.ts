import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../clock.ts";
import type { Limits } from "../limits/limits.ts";
import type { CloseReason } from "../observe/meter.ts";
import { Heartbeat } from "./heartbeat.ts";
import { StallWatch } from "./stall-watch.ts";
import { takenBytes } from "./taken-bytes.ts";

export interface LivenessOptions {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Seconds. */
  readonly pingInterval: number;
  /** Whether the client is listened to. */
  isListening(): boolean;
  /** The client is gone, or takes nothing of what is sent to it. */
  lost(reason: CloseReason): void;
  /** Called if nobody has accepted the client within its grace; undefined where there is none. */
  readonly silent: (() => void) | undefined;
}

/** Whether there is still somebody at the other end of a connection, who takes what is sent, and has something to do here. */
export class Liveness {
  readonly #heartbeat: Heartbeat;
  readonly #stallWatch: StallWatch;
  #grace: Timer | undefined;

  constructor({ webSocket, socket, clock, limits, pingInterval, isListening, lost, silent }: LivenessOptions) {
    this.#heartbeat = new Heartbeat({
      clock,
      interval: pingInterval * 1_000,
      ping: () => webSocket.ping(),
      isListening,
      dead: () => lost("no-pong"),
    });
    this.#stallWatch = new StallWatch({
      clock,
      after: limits.stalledAfter * 1_000,
      isWaiting: () => webSocket.bufferedAmount > 0,
      progress: () => takenBytes(socket),
      stalled: () => lost("stalled"),
    });
    this.#grace = silent && clock.after(limits.silenceGrace * 1_000, silent);
  }

  /** Something has come from the client, or the socket has taken what waited for it. */
  sign(): void {
    this.#heartbeat.sign();
  }

  /** Something was sent: from now on there may be bytes that wait. */
  sent(): void {
    this.#stallWatch.start();
  }

  /** The client knows what it wants here. */
  accept(): void {
    this.#grace?.cancel();
    this.#grace = undefined;
  }

  /** Nothing is expected of the client any more but that it takes what is there. */
  finish(): void {
    this.accept();
    this.#heartbeat.stop();
  }

  stop(): void {
    this.finish();
    this.#stallWatch.stop();
  }
}
