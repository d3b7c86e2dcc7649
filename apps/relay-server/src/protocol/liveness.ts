import type { Clock, Timer } from "../clock.ts";
import type { Limits } from "../limits/limits.ts";
import type { CloseReason } from "../observe/meter.ts";
import type { Beating, Heartbeats } from "./heartbeats.ts";
import type { LateWebSocket } from "./late-web-socket.ts";
import { StallWatch } from "./stall-watch.ts";
import { takenBytes } from "./taken-bytes.ts";

export interface LivenessSurroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly heartbeats: Heartbeats;
}

/** Whom it is told what becomes of a client. */
export interface LivenessHost {
  /** Whether the client is listened to: from one that is not, nothing can be expected. */
  readonly isListening: boolean;
  /** Whether a client that nobody has accepted within its grace is silent. */
  readonly closesSilent: boolean;
  /** The client is gone, or takes nothing of what is sent to it. */
  lost(reason: CloseReason): void;
  /** Nobody has accepted the client within its grace. */
  silent(): void;
}

/** Whether there is still somebody at the other end of a connection, who takes what is sent, and has something to do here. */
export class Liveness implements Beating {
  readonly #host: LivenessHost;
  readonly #webSocket: LateWebSocket;
  readonly #surroundings: LivenessSurroundings;
  /** Whether something came from the client, or went to it, since the last ping. */
  #isAlive = true;
  /** Made when bytes wait for the client, which for most never happens. */
  #stallWatch: StallWatch | undefined;
  #grace: Timer | undefined;

  constructor(host: LivenessHost, webSocket: LateWebSocket, surroundings: LivenessSurroundings) {
    this.#host = host;
    this.#webSocket = webSocket;
    this.#surroundings = surroundings;
    const { clock, limits, heartbeats } = surroundings;
    heartbeats.add(this);
    if (host.closesSilent) this.#grace = clock.after(limits.silenceGrace * 1_000, () => host.silent());
  }

  /** Asks for a sign of life, if there was one since it was asked before. */
  beat(): void {
    if (!this.#isAlive && this.#host.isListening) return this.#host.lost("no-pong");
    this.#isAlive = false;
    this.#webSocket.ping();
  }

  /** Something has come from the client, or the socket has taken what waited for it. */
  sign(): void {
    this.#isAlive = true;
  }

  /** Something was sent: from now on there may be bytes that wait. */
  sent(): void {
    if (this.#stallWatch === undefined && this.#webSocket.bufferedAmount === 0) return;
    this.#stallWatch ??= this.#watch();
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
    this.#surroundings.heartbeats.remove(this);
  }

  stop(): void {
    this.finish();
    this.#stallWatch?.stop();
  }

  #watch(): StallWatch {
    const { clock, limits } = this.#surroundings;
    return new StallWatch({
      clock,
      after: limits.stalledAfter * 1_000,
      isWaiting: () => this.#webSocket.bufferedAmount > 0,
      progress: () => takenBytes(this.#webSocket.socket),
      stalled: () => this.#host.lost("stalled"),
    });
  }
}
