import type { Pump } from "../core/pump.ts";
import { atEndOfTurn, type TurnEnd } from "./end-of-turn.ts";
import type { Frame } from "./frame.ts";
import type { LateWebSocket } from "./late-web-socket.ts";
import { Outgoing, type OutgoingHost } from "./outgoing.ts";

/** Whose turn it is. */
export interface TurnHost extends OutgoingHost {
  /** Everything that was due has been handed to the socket; `hasRoom`: which has room again that it had not. */
  flushed(hasRoom: boolean): void;
}

/** What a connection does once at the end of a turn of the event loop: it lets its feeds send, and empties what waits. */
export class Turn implements TurnEnd {
  readonly #outgoing: Outgoing;
  readonly #host: TurnHost;
  /** Undefined: none. Mostly there is one, and an array that grows has room for seventeen. */
  #due: Pump[] | undefined;
  #isPlanned = false;
  #isOver = false;

  constructor(webSocket: LateWebSocket, host: TurnHost) {
    this.#outgoing = new Outgoing(webSocket, host);
    this.#host = host;
  }

  /** Bytes that wait, here and in the socket. */
  get waiting(): number {
    return this.#outgoing.waiting;
  }

  hasRoom(): boolean {
    return this.#outgoing.hasRoom();
  }

  pong(ping: Buffer): void {
    if (this.#isOver) return;
    this.#outgoing.pong(ping);
    this.#plan();
  }

  /** Sends a frame, the rest of which may lie elsewhere. */
  send(frame: Frame, rest?: Uint8Array): void {
    if (this.#isOver) return;
    this.#outgoing.send(frame, rest);
    this.#plan();
  }

  /** Runs the pump at the end of the turn. */
  schedule(pump: Pump): void {
    if (this.#due === undefined) this.#due = [pump];
    else this.#due.push(pump);
    this.#plan();
  }

  /** Does now what is due at the end of the turn. */
  flush(): void {
    this.feed();
    this.write();
  }

  feed(): void {
    const due = this.#due;
    if (due === undefined) return;
    this.#due = undefined;
    for (const pump of due) pump.run();
  }

  write(): void {
    // Only now, because what pumps send leaves in this turn, and needs no other one.
    this.#isPlanned = false;
    if (this.#due !== undefined) this.#plan();
    if (this.#isOver) return;
    const wasFull = !this.#outgoing.hasRoom();
    this.#outgoing.flush();
    this.#host.flushed(wasFull && this.#outgoing.hasRoom());
  }

  /** Sends nothing any more. */
  stop(): void {
    this.#isOver = true;
    this.#outgoing.clear();
  }

  /** Makes sure that the turn ends with a flush. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    atEndOfTurn(this);
  }
}
