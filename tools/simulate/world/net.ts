import type { Transport, TransportConnection, TransportHandlers } from "@countersign/client";
import { Line, type LineSurroundings } from "./line.ts";
import type { RelayNode } from "./relay-node.ts";

/** What stands between a client and its relay, and sees every text: an honest line passes them on. */
export interface Between {
  /** What arrives at the client of what the relay has sent. */
  down(text: string): readonly string[];
  /** What arrives at the relay of what the client has sent. */
  up(text: string): readonly string[];
}

/** A client's process as its network sees it. */
export interface Client {
  readonly name: string;
  readonly address: string;
  readonly between: Between;
  /** Hears every text that a relay is sent or sends, and which connection it is of. */
  heard(connection: object, direction: "up" | "down", text: string): void;
}

/** The network between clients and relays. */
export class Net {
  /** The relays, by the hosts of their URLs. */
  readonly nodes = new Map<string, RelayNode>();
  private readonly surroundings: LineSurroundings;
  private readonly lines = new Map<string, Set<Line>>();
  private readonly frozen = new Map<string, number>();

  constructor(surroundings: LineSurroundings) {
    this.surroundings = surroundings;
  }

  /** The transport of one process of a client. */
  transport(client: Client): Transport {
    return {
      connect: (url, protocols, handlers) => this.connect(client, { url, protocols, handlers }),
    };
  }

  /** All connections of a client break. */
  cut(name: string): void {
    for (const line of this.linesOf(name)) line.cut();
  }

  /** The process of a client is killed. */
  abandon(name: string): void {
    for (const line of this.linesOf(name)) line.abandon();
    this.lines.delete(name);
  }

  /** Nothing passes from or to a client for so many ms. */
  freeze(name: string, ms: number): void {
    this.frozen.set(name, Math.max(this.frozen.get(name) ?? 0, this.surroundings.turns.ms + ms));
  }

  /** One connection of a client. */
  connect(
    client: Client,
    to: { url: string; protocols: readonly string[]; handlers: TransportHandlers },
  ): TransportConnection {
    const { name, address, between } = client;
    const { host, pathname } = new URL(to.url);
    const node = this.nodes.get(host);
    if (node === undefined) throw new Error(`there is no relay ${host}`);
    const { handlers } = to;
    const connection = {};
    let isOver = false;
    const lines = this.lines.get(name) ?? new Set();
    this.lines.set(name, lines);
    const line = new Line({
      ...this.surroundings,
      ...{ name, address, node, path: pathname, protocols: to.protocols },
      frozenUntil: () => this.frozen.get(name) ?? 0,
      handlers: {
        open: () => isOver || handlers.open(),
        message: (text) => {
          client.heard(connection, "down", text);
          for (const one of between.down(text)) {
            if (!isOver) handlers.message(one);
          }
        },
        close: (code) => {
          lines.delete(line);
          if (!isOver) handlers.close(code);
          isOver = true;
        },
      },
    });
    lines.add(line);
    return {
      send(text) {
        if (isOver) return;
        for (const one of between.up(text)) {
          client.heard(connection, "up", one);
          line.send(one);
        }
      },
      close() {
        isOver = true;
        lines.delete(line);
        line.close();
      },
    };
  }

  private linesOf(name: string): readonly Line[] {
    return [...(this.lines.get(name) ?? [])];
  }
}

/** Passes everything on. */
export const honest: Between = { down: (text) => [text], up: (text) => [text] };
