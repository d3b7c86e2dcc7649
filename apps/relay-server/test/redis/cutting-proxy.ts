import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What happens to a connection. */
export interface Cut {
  /** Bytes to the engine, and from it, after which both sides are cut. */
  readonly afterSent?: number;
  readonly afterReceived?: number;
  /** The client is cut at `afterSent` as well, but all that it has sent gets to the engine when this resolves. */
  readonly until?: Promise<void>;
}

/** Stands between a store and an engine, and cuts connections where a test wants it. */
export class CuttingProxy {
  readonly path: string;
  readonly #engine: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What happens to a connection that carries an append from now on; the first that comes takes the first. */
  readonly cuts: Cut[] = [];
  /** How many were cut. */
  count = 0;

  /** Between a socket at `path` and that of an engine. */
  static async listening(path: string, engine: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(path, engine);
    await once(proxy.#server, "listening");
    return proxy;
  }

  constructor(path: string, engine: string) {
    this.path = path;
    this.#engine = engine;
    this.#server = createServer((socket) => this.#carry(socket)).listen(path);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.path, { force: true });
  }

  #carry(client: Socket): void {
    const engine = connect(this.#engine);
    let cut: Cut | undefined;
    let [sent, received] = [0, 0];
    const end = () => {
      client.destroy();
      engine.destroy();
    };
    for (const socket of [client, engine]) {
      this.#sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (cut?.until === undefined) end();
      });
    }
    client.on("data", (chunk) => {
      // Only what carries an append counts: pings and the rest come when they like.
      if (cut === undefined && chunk.includes("EVAL")) cut = this.cuts.shift();
      const left = (cut?.afterSent ?? Number.POSITIVE_INFINITY) - sent;
      if (cut === undefined || chunk.length < left) {
        engine.write(chunk);
        if (cut !== undefined) sent += chunk.length;
        return;
      }
      this.count++;
      if (cut.until === undefined) engine.write(chunk.subarray(0, left), end);
      else {
        cut.until.then(() => engine.end(chunk)).catch(end);
        client.destroy();
      }
    });
    engine.on("data", (chunk) => {
      const left = (cut?.afterReceived ?? Number.POSITIVE_INFINITY) - received;
      if (cut === undefined || chunk.length < left) {
        client.write(chunk);
        if (cut !== undefined) received += chunk.length;
        return;
      }
      this.count++;
      client.write(chunk.subarray(0, left), end);
    });
  }
}
