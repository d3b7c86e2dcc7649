import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";

/** A message of a protocol in rounds. */
export interface Message {
  readonly round: number;
  readonly sender: number;
  readonly receiver?: number | null;
  readonly uuid: string;
  readonly body: unknown;
}

/**
 * A client that does what the original library does: ids from 1; what comes with the id 0 is an event; an answer
 * without result and error acknowledges.
 */
export class OriginalClient extends EventEmitter {
  readonly #webSocket: WebSocket;
  readonly #pending = new Map<number, (message: { error?: { message: string }; result?: unknown }) => void>();
  #id = 0;

  constructor(url: string) {
    super();
    this.#webSocket = new WebSocket(url);
    this.#webSocket.on("message", (data) => {
      const message = JSON.parse(data.toString());
      const pending = this.#pending.get(message.id);
      if (message.id > 0 && pending !== undefined) {
        this.#pending.delete(message.id);
        pending(message);
      } else if (message.error) {
        throw new Error(message.error.message);
      } else if (Array.isArray(message.result)) {
        const [name, payload] = message.result;
        this.emit(name, payload);
      }
    });
    this.#webSocket.on("close", (code, reason) => this.emit("close", code, reason.toString()));
  }

  async connect(): Promise<void> {
    await once(this.#webSocket, "open");
  }

  rpc<T>(method: string, params: unknown): Promise<T> {
    const id = ++this.#id;
    this.#webSocket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return new Promise((resolve, reject) => {
      this.#pending.set(id, ({ error, result }) => (error ? reject(new Error(error.message)) : resolve(result as T)));
    });
  }

  /** Resolves with the payload of the next event of this name. */
  async event<T>(name: string): Promise<T> {
    const [payload] = await once(this, name);
    return payload as T;
  }

  close(): void {
    this.#webSocket.close();
  }
}

/** Sends the messages of a party, each when the one before is acknowledged, and collects those of the others by round. */
export class Rounds {
  readonly #client: OriginalClient;
  readonly #place: readonly [group: string, session: string, kind: string];
  readonly #others: number;
  readonly #received = new Map<number, Message[]>();
  #wake: () => void = () => undefined;

  constructor(client: OriginalClient, place: readonly [group: string, session: string, kind: string], others: number) {
    this.#client = client;
    this.#place = place;
    this.#others = others;
    client.on("sessionMessage", (message: Message) => this.#take(message));
  }

  /** Runs a round: what the others say in it, by sender. */
  async run(round: number, messages: readonly Omit<Message, "round" | "uuid">[]): Promise<readonly Message[]> {
    const [, uuid] = this.#place;
    for (const message of messages) {
      const ack = await this.#client.rpc("Session.message", [...this.#place, { ...message, round, uuid }]);
      if (ack !== undefined) throw new Error("an acknowledgement with a result");
    }
    while ((this.#received.get(round)?.length ?? 0) < this.#others) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return [...(this.#received.get(round) ?? [])].sort((a, b) => a.sender - b.sender);
  }

  #take(message: Message): void {
    if (message.uuid !== this.#place[1]) throw new Error("a message of another session");
    const messages = this.#received.get(message.round) ?? [];
    this.#received.set(message.round, messages);
    if (messages.length === this.#others) throw new Error("a message too many");
    messages.push(message);
    this.#wake();
  }
}
