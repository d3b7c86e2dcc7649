import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands in front of a relay at an address that stays, and breaks connections. */
export class FaultProxy {
  readonly #server: Server;
  readonly #links = new Set<() => void>();
  /** Bytes after which the next connection breaks; undefined: none does. */
  #limit: (() => number | undefined) | undefined;
  /** Where the relay is at the moment. */
  #port: number | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#carry(socket));
  }

  static async start(): Promise<FaultProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultProxy(server);
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy does not listen");
    return `ws://127.0.0.1:${address.port}`;
  }

  /** Where it leads to from now on; without, nowhere. */
  lead(port: number | undefined): void {
    this.#port = port;
  }

  /** Each connection that is made from now on breaks after as many bytes, in both directions together, as this says. */
  limit(bytes: (() => number | undefined) | undefined): void {
    this.#limit = bytes;
  }

  /** Breaks all connections that there are. */
  cut(): void {
    for (const end of [...this.#links]) end();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #carry(client: Socket): void {
    // Whoever is in front of nothing has nobody to talk to.
    if (this.#port === undefined) return void client.destroy();
    const relay = connect(this.#port, "127.0.0.1");
    let left = this.#limit?.() ?? Number.POSITIVE_INFINITY;
    const end = () => {
      this.#links.delete(end);
      client.destroy();
      relay.destroy();
    };
    this.#links.add(end);
    const pass = (from: Socket, to: Socket) => {
      from.on("error", end).on("close", end);
      from.on("data", (chunk) => {
        const part = chunk.subarray(0, left);
        left -= part.length;
        if (left > 0) {
          if (!to.write(part)) from.pause();
          return;
        }
        // What came before the cut gets there: a cut is no loss of what was sent.
        to.end(part);
        from.destroy();
      });
      to.on("drain", () => from.resume());
    };
    pass(client, relay);
    pass(relay, client);
  }
}
