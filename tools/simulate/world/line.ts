import type { IncomingMessage } from "node:http";
import type { TransportHandlers } from "@countersign/client";
import type { SeededRandom } from "@countersign/testkit";
import { closeFrame, pongFrame, ServerReader, textFrame } from "./client-frames.ts";
import { NodeSocket } from "./node-socket.ts";
import type { RelayNode } from "./relay-node.ts";
import type { Trace } from "./trace.ts";
import type { Turns } from "./turns.ts";

/** What the lines of a world have in common. */
export interface LineSurroundings {
  readonly turns: Turns;
  readonly random: SeededRandom;
  readonly trace: Trace;
  /** Ms that bytes take at most. */
  readonly delayMs: number;
}

export interface LineOptions extends LineSurroundings {
  readonly name: string;
  readonly address: string;
  readonly node: RelayNode;
  readonly path: string;
  readonly protocols: readonly string[];
  /** Until when nothing passes; asked for each piece. */
  frozenUntil(): number;
  readonly handlers: TransportHandlers;
}

/**
 * One connection between a client and a relay: bytes that stay in order, take their time, come in other pieces than they
 * were sent in, wait for the end of a partition, and are lost together.
 */
export class Line {
  private readonly options: LineOptions;
  private readonly reader = new ServerReader();
  private readonly arrives = { up: 0, down: 0 };
  private readonly socket: NodeSocket;
  private isCut = false;
  private isClientGone = false;
  private isRelayGone = false;

  constructor(options: LineOptions) {
    this.options = options;
    this.socket = new NodeSocket(options.address, {
      write: (bytes, taken) => this.toClient(bytes, taken),
      ended: () => this.carry("down", () => this.lose(1006)),
    });
    this.carry("up", () => this.upgrade());
  }

  /** A text of the client. */
  send(text: string): void {
    this.options.trace.note(`${this.options.name} >`, text);
    this.toRelay(textFrame(text, this.options.random.bytes(4)));
  }

  /** The client is done with it: it says so. */
  close(): void {
    if (this.isClientGone) return;
    this.toRelay(closeFrame(1000, this.options.random.bytes(4)));
    this.hangUp();
  }

  /** The client's process is killed: its system says so, or not even that. */
  abandon(): void {
    if (this.isClientGone) return;
    if (this.options.random.chance(0.8)) this.hangUp();
    else this.isClientGone = true;
  }

  /** It breaks: both ends hear of it by and by, or only one of them. */
  cut(): void {
    const { random } = this.options;
    const who = random.pick(["both", "both", "client", "relay"] as const);
    if (who !== "relay") this.carry("down", () => this.lose(1006));
    if (who !== "client") this.carry("up", () => this.loseRelay());
    this.isCut = true;
  }

  /** The relay's process is killed. */
  relayKilled(): void {
    this.isRelayGone = true;
    this.carry("down", () => this.lose(1006));
  }

  private upgrade(): void {
    const { node, path, protocols, address } = this.options;
    const headers = {
      host: "relay",
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      ...(protocols.length === 0 ? {} : { "sec-websocket-protocol": protocols.join(", ") }),
    };
    const { socket } = this;
    const request = { method: "GET", url: path, httpVersion: "1.1", headers, socket: { remoteAddress: address } };
    if (!node.isUp) return this.lose(1006);
    node.accept(this, request as unknown as IncomingMessage, socket);
  }

  private toRelay(bytes: Uint8Array): void {
    const { random } = this.options;
    if (this.isCut || this.isClientGone) return;
    const at = bytes.length > 1 && random.chance(0.1) ? 1 + random.integer(bytes.length - 1) : bytes.length;
    for (const piece of [bytes.subarray(0, at), bytes.subarray(at)]) {
      // The relay unmasks in place.
      if (piece.length > 0) this.carry("up", () => this.isRelayGone || this.socket.push(Buffer.from(piece)));
    }
  }

  private toClient(bytes: Uint8Array, taken: () => void): void {
    if (this.isCut) return;
    this.carry("down", () => {
      taken();
      if (!this.isClientGone) for (const one of this.reader.read(bytes)) this.receive(one);
    });
  }

  private receive(received: ReturnType<ServerReader["read"]>[number]): void {
    const { handlers, trace, name, random } = this.options;
    if (this.isClientGone) return;
    switch (received.type) {
      case "status":
        if (!received.isUpgraded) return this.lose(1006);
        trace.note(`${name} =`, "open");
        return handlers.open();
      case "text":
        trace.note(`${name} <`, received.text);
        return handlers.message(received.text);
      case "ping":
        return this.toRelay(pongFrame(received.data, random.bytes(4)));
      case "close":
        this.toRelay(closeFrame(received.code, random.bytes(4)));
        return this.lose(received.code);
    }
  }

  /** The client hears that it is gone. */
  private lose(code: number): void {
    if (this.isClientGone) return;
    const { handlers, trace, name } = this.options;
    trace.note(`${name} =`, `closed ${code}`);
    this.hangUp();
    handlers.close(code);
  }

  private hangUp(): void {
    this.isClientGone = true;
    this.carry("up", () => (this.isRelayGone ? undefined : this.socket.push(null)));
    this.carry("up", () => this.loseRelay());
  }

  private loseRelay(): void {
    if (!this.isRelayGone) this.socket.destroy();
    this.isRelayGone = true;
  }

  private carry(direction: "up" | "down", arrive: () => void): void {
    const { turns, random, delayMs } = this.options;
    const frozen = this.options.frozenUntil();
    const soonest = turns.ms < frozen ? frozen + random.integer(1_000) : turns.ms + 1 + random.integer(delayMs);
    const at = Math.max(this.arrives[direction], soonest);
    this.arrives[direction] = at;
    turns.after(at - turns.ms, arrive);
  }
}
