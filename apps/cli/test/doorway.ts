import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

/** A way to a relay that knows what is asked and answered on it, and can hold one method back. */
export class Doorway {
  readonly url: string;
  private readonly server: WebSocketServer;
  private readonly held: string | undefined;
  private readonly released = Promise.withResolvers<void>();
  private readonly marks = new Map<string, PromiseWithResolvers<void>>();

  private constructor(server: WebSocketServer, relay: string, held: string | undefined) {
    this.server = server;
    this.held = held;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (client, { url = "/" }) => this.lead(client, new URL(url, relay)));
  }

  /** With `hold`, requests of this method, and what follows them on their connection, wait for `release`. */
  static async to(relay: string, hold?: string): Promise<Doorway> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    return new Doorway(server, relay, hold);
  }

  /** Resolves when somebody has asked for this. */
  asked(method: string): Promise<void> {
    return this.mark(`asked ${method}`).promise;
  }

  /** Resolves when somebody has been answered. */
  answered(method: string): Promise<void> {
    return this.mark(`answered ${method}`).promise;
  }

  release(): void {
    this.released.resolve();
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    this.server.close();
    await once(this.server, "close");
  }

  private mark(what: string): PromiseWithResolvers<void> {
    const mark = this.marks.get(what) ?? Promise.withResolvers<void>();
    this.marks.set(what, mark);
    return mark;
  }

  private lead(client: WebSocket, relay: URL): void {
    const upstream = new WebSocket(relay, client.protocol === "" ? [] : [client.protocol]);
    const methods = new Map<unknown, string>();
    let before: Promise<unknown> = once(upstream, "open").catch(() => undefined);
    client.on("message", (data) => {
      const text = String(data);
      const { id, method } = JSON.parse(text);
      methods.set(id, method);
      this.mark(`asked ${method}`).resolve();
      before = before
        .then(() => (method === this.held ? this.released.promise : undefined))
        .then(() => upstream.send(text))
        // Whoever has gone does not mind.
        .catch(() => undefined);
    });
    upstream.on("message", (data) => {
      const text = String(data);
      const method = methods.get(JSON.parse(text).id);
      client.send(text);
      if (method !== undefined) this.mark(`answered ${method}`).resolve();
    });
    upstream.on("error", () => client.terminate());
    upstream.on("close", () => client.close());
    client.on("close", () => upstream.close());
  }
}
