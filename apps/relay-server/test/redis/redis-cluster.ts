import { createClient, type RedisClientType } from "@redis/client";
import { vi } from "vitest";
import { type EngineProgram, freePort, type RedisServer, SYNCED } from "./redis-server.ts";

interface ClusterOptions {
  /** How many there are, and of each how many replicas. */
  readonly masters?: number;
  readonly replicas?: number;
  /** Milliseconds of silence after which one is taken for dead. */
  readonly timeout?: number;
}

interface Node {
  readonly server: RedisServer;
  readonly client: RedisClientType;
  readonly port: number;
  readonly busPort: number;
  /** The name under which the others know it. */
  readonly id: string;
}

const SLOTS = 16_384;
/** Milliseconds that engines take to agree on something, and between two questions whether they do. */
const [PATIENCE, INTERVAL] = [30_000, 20];

/** Engines as processes of their own that divide the keys among them. */
export class RedisCluster {
  readonly #nodes: readonly Node[];
  readonly #masters: number;

  private constructor(nodes: readonly Node[], masters: number) {
    this.#nodes = nodes;
    this.#masters = masters;
  }

  /** A cluster that is ready, and whose replicas have what their masters have. */
  static async started(
    program: EngineProgram,
    { masters = 3, replicas = 0, timeout = 5_000 }: ClusterOptions = {},
  ): Promise<RedisCluster> {
    const nodes: Node[] = [];
    const cluster = new RedisCluster(nodes, masters);
    try {
      for (let i = 0; i < masters * (1 + replicas); i++) nodes.push(await started(program, timeout));
      await cluster.#introduce();
      await cluster.#divide();
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** The address of one of them, which knows the others. */
  get url(): string {
    return `redis://127.0.0.1:${this.#nodes[0]?.port}`;
  }

  /** Asks one of them something. */
  async ask(...command: readonly string[]): Promise<unknown> {
    return this.#nodes[0]?.client.sendCommand([...command]);
  }

  /** The one that has a key, and its replicas. */
  async holdersOf(key: string): Promise<readonly RedisServer[]> {
    const slot = Number(await this.ask("CLUSTER", "KEYSLOT", key));
    const share = Math.floor(((slot + 1) * this.#masters - 1) / SLOTS);
    const holders = this.#nodes.filter((_, i) => i % this.#masters === share).map(({ server }) => server);
    const areMasters = await Promise.all(holders.map(isMaster));
    return holders.toSorted((a, b) => Number(areMasters[holders.indexOf(b)]) - Number(areMasters[holders.indexOf(a)]));
  }

  async remove(): Promise<void> {
    for (const { client } of this.#nodes) client.destroy();
    await Promise.all(this.#nodes.map(({ server }) => server.remove()));
  }

  /** Each gets to know all others. */
  async #introduce(): Promise<void> {
    for (const [i, { port, busPort, client }] of this.#nodes.entries()) {
      if (i < this.#masters) await client.sendCommand(["CLUSTER", "SET-CONFIG-EPOCH", `${i + 1}`]);
      await this.ask("CLUSTER", "MEET", "127.0.0.1", `${port}`, `${busPort}`);
    }
    for (const { client } of this.#nodes) {
      await says(client, ["CLUSTER", "INFO"], `cluster_known_nodes:${this.#nodes.length}\r`);
    }
  }

  /** The first ones get the slots, the others one of those each. */
  async #divide(): Promise<void> {
    for (const [i, { client }] of this.#nodes.entries()) {
      const [from, below] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / this.#masters));
      if (i < this.#masters) await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", `${from}`, `${(below ?? 0) - 1}`]);
      else await client.sendCommand(["CLUSTER", "REPLICATE", this.#nodes[i % this.#masters]?.id ?? ""]);
    }
    for (const [i, { client }] of this.#nodes.entries()) {
      await says(client, ["CLUSTER", "INFO"], "cluster_state:ok");
      if (i >= this.#masters) await says(client, ["INFO", "replication"], "master_link_status:up");
    }
  }
}

/** Whether an engine is no replica of another one. */
export async function isMaster({ url }: RedisServer): Promise<boolean> {
  const client = await createClient({ url }).connect();
  const info = String(await client.info("replication"));
  client.destroy();
  return info.includes("role:master");
}

async function started(program: EngineProgram, timeout: number): Promise<Node> {
  const [port, busPort] = [await freePort(), await freePort()];
  const settings = {
    port: `${port}`,
    bind: "127.0.0.1",
    "cluster-enabled": "yes",
    "cluster-port": `${busPort}`,
    "cluster-node-timeout": `${timeout}`,
    "repl-diskless-sync-delay": "0",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await program.started([...SYNCED, ...args]);
  const client = (await createClient({ url: server.url }).connect()) as RedisClientType;
  // One that is killed and comes back is asked no more than others.
  client.on("error", () => undefined);
  return { server, client, port, busPort, id: String(await client.sendCommand(["CLUSTER", "MYID"])) };
}

async function says(client: RedisClientType, command: readonly string[], text: string): Promise<void> {
  const isSaid = async () => String(await client.sendCommand([...command])).includes(text);
  await vi.waitUntil(isSaid, { timeout: PATIENCE, interval: INTERVAL });
}
