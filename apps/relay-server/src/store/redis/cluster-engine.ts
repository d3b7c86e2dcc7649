import type { RedisClientType, RedisClusterType } from "@redis/client";
import { type Command, type Engine, EngineLostError, EngineRefusal, type Reply } from "./engine.ts";
import { keysOf, sendOver } from "./single-engine.ts";
import { WatchedEngine } from "./watched-engine.ts";

/** What an engine of a cluster answers to commands whose keys are not, or not yet, with it. */
const ELSEWHERE = new Set(["MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN"]);

/** Several engines that divide the keys among them by their hash tags. */
export class ClusterEngine extends WatchedEngine implements Engine {
  readonly isOne = false;
  readonly #cluster: RedisClusterType;

  constructor(cluster: Pick<RedisClusterType, keyof RedisClusterType>) {
    super(true);
    this.#cluster = cluster as RedisClusterType;
    this.#cluster.on("node-ready", () => this.missed());
  }

  async send(key: string, commands: readonly Command[]): Promise<readonly Reply[]> {
    const client = await this.#clientOf(key);
    const replies = await sendOver(client, commands);
    if (!replies.some((reply) => reply instanceof EngineRefusal && ELSEWHERE.has(reply.code))) return replies;
    // The library follows the hint of a command of its own, and learns from it who has what.
    await this.#cluster.exists(key).catch(() => undefined);
    throw new EngineLostError("the keys have moved");
  }

  async sendToAll(command: Command): Promise<readonly Reply[]> {
    const clients = await this.#masters();
    return (await Promise.all(clients.map((client) => sendOver(client, [command])))).flat();
  }

  async *keys(pattern: string): AsyncGenerator<string> {
    for (const client of await this.#masters()) yield* keysOf(client, pattern);
  }

  async subscribe(channel: string, hear: (message: string) => void): Promise<void> {
    await this.#cluster.sSubscribe(channel, hear);
  }

  async unsubscribe(channel: string): Promise<void> {
    await this.#cluster.sUnsubscribe(channel);
  }

  async close(): Promise<void> {
    this.readiness.close();
    this.#cluster.destroy();
  }

  async #clientOf(key: string): Promise<Pick<RedisClientType, "sendCommand">> {
    try {
      return (await this.#cluster.getNodeClientForKey(key, false)) as RedisClientType;
    } catch (error) {
      throw new EngineLostError("the engine cannot be reached", { cause: error });
    }
  }

  async #masters(): Promise<readonly RedisClientType[]> {
    return Promise.all(this.#cluster.masters.map((node) => this.#cluster.nodeClient(node) as Promise<RedisClientType>));
  }
}
