import { once } from "node:events";
import { WebSocket } from "ws";

type Answer = { readonly result?: unknown; readonly error?: { readonly code: number; readonly data?: unknown } };

/** A client that knows nothing of our packages: arguments by position only, and whatever JSON.parse makes of a text. */
export class PositionalClient {
  readonly events: (readonly [name: string, params: { readonly [name: string]: unknown }])[] = [];
  readonly #webSocket: WebSocket;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #watch: () => void = () => undefined;
  #last = 0;

  private constructor(url: string) {
    this.#webSocket = new WebSocket(`${url}/v1`, "countersign.v1");
    this.#webSocket.on("message", (data) => {
      const message = JSON.parse(data.toString());
      for (const one of Array.isArray(message) ? message : [message]) this.#take(one);
    });
  }

  static async connect(url: string): Promise<PositionalClient> {
    const client = new PositionalClient(url);
    await once(client.#webSocket, "open");
    return client;
  }

  call(method: string, ...params: unknown[]): Promise<Answer> {
    const [request, answer] = this.#prepare(method, params);
    this.#webSocket.send(JSON.stringify(request));
    return answer;
  }

  /** All calls in one text. */
  batch(...calls: readonly (readonly [method: string, ...params: unknown[]])[]): Promise<Answer[]> {
    const prepared = calls.map(([method, ...params]) => this.#prepare(method, params));
    this.#webSocket.send(JSON.stringify(prepared.map(([request]) => request)));
    return Promise.all(prepared.map(([, answer]) => answer));
  }

  /** The arguments of the first event of this name. */
  async event(name: string): Promise<{ readonly [name: string]: unknown }> {
    for (;;) {
      const found = this.events.find(([other]) => other === name);
      if (found !== undefined) return found[1];
      await new Promise<void>((resolve) => {
        this.#watch = resolve;
      });
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#webSocket, "close");
    this.#webSocket.close();
    await closed;
  }

  #prepare(method: string, params: unknown[]): readonly [request: object, answer: Promise<Answer>] {
    const id = `call-${++this.#last}`;
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    return [{ jsonrpc: "2.0", id, method, params }, answer];
  }

  #take(message: Answer & { readonly id?: string; readonly method?: string; readonly params?: object }): void {
    if (message.method === undefined) this.#waiting.get(message.id ?? "")?.(message);
    else this.events.push([message.method, message.params as { readonly [name: string]: unknown }]);
    this.#watch();
  }
}
