import { once } from "node:events";
import { WebSocket } from "ws";

/** A WebSocket at `/mpc` that shows every text as it came. */
export class MpcSocket {
  readonly webSocket: WebSocket;
  readonly texts: string[] = [];
  readonly #closed: Promise<readonly [code: number, reason: string]>;
  #read = 0;
  #wake: () => void = () => undefined;

  private constructor(url: string) {
    this.webSocket = new WebSocket(url);
    this.webSocket.on("message", (data) => {
      this.texts.push(data.toString());
      this.#wake();
    });
    this.#closed = once(this.webSocket, "close").then(([code, reason]) => [code, reason.toString()] as const);
  }

  static async connect(url: string, path = "/mpc"): Promise<MpcSocket> {
    const socket = new MpcSocket(`${url}${path}`);
    await once(socket.webSocket, "open");
    return socket;
  }

  send(text: string): void {
    this.webSocket.send(text);
  }

  /** The next text that was not read yet. */
  async next(): Promise<string> {
    while (this.#read === this.texts.length) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.texts[this.#read++] ?? "";
  }

  /** Sends a call and reads the next text. */
  ask(method: string, params: unknown, id: number = 1): Promise<string> {
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return this.next();
  }

  /** The result of a call. */
  async result<T>(method: string, params: unknown): Promise<T> {
    return JSON.parse(await this.ask(method, params)).result as T;
  }

  /** Everything that has come so far and was not read: what is asked here is answered behind it. */
  async rest(): Promise<string[]> {
    this.send('{"jsonrpc":"2.0","id":"rest","method":"?"}');
    const texts: string[] = [];
    for (;;) {
      const text = await this.next();
      if (text.startsWith('{"jsonrpc":"2.0","id":"rest"')) return texts;
      texts.push(text);
    }
  }

  closed(): Promise<readonly [code: number, reason: string]> {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.webSocket.close();
    await this.#closed;
  }
}

/** A group of which all are members, and its id. */
export async function team(
  url: string,
  { size, parties = size, threshold = 1 }: { size: number; parties?: number; threshold?: number },
): Promise<{ readonly group: string; readonly members: readonly MpcSocket[] }> {
  const members: MpcSocket[] = [];
  for (let i = 0; i < size; i++) members.push(await MpcSocket.connect(url));
  const group = (await members[0]?.result<string>("Group.create", ["team", { parties, threshold }])) ?? "";
  for (const member of members.slice(1)) await member.result("Group.join", group);
  return { group, members };
}
