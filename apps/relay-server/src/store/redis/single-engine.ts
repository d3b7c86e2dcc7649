import { ErrorReply, type RedisClientType } from "@redis/client";
import { type Command, type Engine, EngineLostError, EngineRefusal, type Reply } from "./engine.ts";
import { WatchedEngine } from "./watched-engine.ts";

/** What is used of a client of the library. */
export type Client = Pick<RedisClientType, "sendCommand">;

/** Keys that are asked for at once when all are looked for. */
const SCANNED = "1000";

/** One engine. What is published comes over a connection of its own, so that a long wait on the other holds up no news. */
export class SingleEngine extends WatchedEngine implements Engine {
  readonly isOne = true;
  readonly #client: RedisClientType;
  readonly #hearer: RedisClientType;

  /** Of a client that is connected. Rejects if there cannot be a second connection. */
  static async open(client: Pick<RedisClientType, keyof RedisClientType>): Promise<SingleEngine> {
    const hearer = (client as RedisClientType).duplicate();
    hearer.on("error", () => undefined);
    await hearer.connect();
    return new SingleEngine(client as RedisClientType, hearer);
  }

  constructor(client: RedisClientType, hearer: RedisClientType) {
    super(client.isReady);
    this.#client = client;
    this.#hearer = hearer;
    client.on("ready", () => this.readiness.set(true));
    client.on("error", () => this.readiness.set(client.isReady));
    hearer.on("ready", () => this.missed());
  }

  send(_key: string, commands: readonly Command[]): Promise<readonly Reply[]> {
    return sendOver(this.#client, commands);
  }

  sendToAll(command: Command): Promise<readonly Reply[]> {
    return sendOver(this.#client, [command]);
  }

  keys(pattern: string): AsyncIterable<string> {
    return keysOf(this.#client, pattern);
  }

  async subscribe(channel: string, hear: (message: string) => void): Promise<void> {
    await this.#hearer.sSubscribe(channel, hear);
  }

  async unsubscribe(channel: string): Promise<void> {
    await this.#hearer.sUnsubscribe(channel);
  }

  async close(): Promise<void> {
    this.readiness.close();
    this.#client.destroy();
    this.#hearer.destroy();
  }
}

/** Sends commands one behind the other. */
export function sendOver(client: Client, commands: readonly Command[]): Promise<readonly Reply[]> {
  return Promise.all(
    commands.map((command) =>
      client.sendCommand(command as string[]).catch((error: unknown) => {
        if (error instanceof ErrorReply) return new EngineRefusal(error.message);
        throw new EngineLostError("the engine cannot be reached", { cause: error });
      }),
    ),
  );
}

/** All keys of an engine that match a pattern, each at least once. */
export async function* keysOf(client: Client, pattern: string): AsyncGenerator<string> {
  let cursor = "0";
  do {
    const [reply] = await sendOver(client, [["SCAN", cursor, "MATCH", pattern, "COUNT", SCANNED]]);
    if (reply instanceof EngineRefusal) throw reply;
    const [next, keys] = reply as [string, string[]];
    yield* keys;
    cursor = next;
  } while (cursor !== "0");
}
