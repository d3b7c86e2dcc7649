import { type Phase, type SharedLogStore, SharedMemory } from "@countersign/relay";
import { type RelayOptions, type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach } from "vitest";
import { Client, type ClientOptions } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";

/** A node of a relay, as its clients and its engine see it. */
export interface TestNode {
  readonly relay: RunningRelay;
  readonly store: SharedLogStore;
}

/** Nodes in one process that have a memory in common, and their clients; two at the beginning of each test of a file. */
export function nodesForEachTest(options: RelayOptions = {}) {
  let memory: SharedMemory;
  let clock: ManualClock;
  let nodes: TestNode[] = [];
  const dead = new Set<TestNode>();
  const clients: Client[] = [];
  const sockets: MpcSocket[] = [];
  const start = async (): Promise<TestNode> => {
    const store = memory.open();
    const node = { relay: await startRelay({ pingInterval: 1_000_000, ...options, store, clock }), store };
    nodes.push(node);
    return node;
  };
  beforeEach(async () => {
    clock = new ManualClock();
    memory = new SharedMemory({ now: () => clock.now() });
    nodes = [];
    dead.clear();
    await start();
    await start();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await Promise.all(sockets.splice(0).map((socket) => socket.close()));
    for (const { relay } of dead) void relay.close();
    await Promise.all(nodes.filter((one) => !dead.has(one)).map(({ relay }) => relay.close()));
  });
  const node = (n: number): TestNode => {
    const found = nodes[n];
    if (found === undefined) throw new Error(`there is no node ${n}`);
    return found;
  };
  return {
    node,
    start,
    get clock() {
      return clock;
    },
    get memory() {
      return memory;
    },
    url: (n: number) => node(n).relay.url,
    /** A client of countersign.v1 that is connected to a node. */
    async connect(n: number, more: ClientOptions = {}): Promise<Client> {
      const client = await Client.connect(node(n).relay.url, more);
      clients.push(client);
      return client;
    },
    /** A client of mpc-websocket that is connected to a node. */
    async connectMpc(n: number): Promise<MpcSocket> {
      const socket = await MpcSocket.connect(node(n).relay.url);
      sockets.push(socket);
      return socket;
    },
    /** Time passes, in steps between which nodes can say and look. */
    async pass(seconds: number): Promise<void> {
      for (let i = 0; i < seconds * 2; i++) {
        clock.pass(0.5);
        await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    /** Has a node hear nothing, as if it stood still, until what is returned is called. */
    still(n: number): () => void {
      const view = node(n).store as unknown as { pull?: (log: string) => void };
      view.pull = () => undefined;
      return () => delete view.pull;
    },
    /** How many sessions of some phases a node runs, by its metrics. */
    async sessions(n: number, phases: readonly Phase[]): Promise<number[]> {
      const page = await fetch(`${node(n).relay.url.replace(/^ws/, "http")}/metrics`);
      const text = await page.text();
      const line = (phase: Phase) => new RegExp(`^countersign_relay_sessions\\{phase="${phase}"\\} (\\d+)$`, "m");
      return phases.map((phase) => Number(line(phase).exec(text)?.[1]));
    },
    /** What happens to everybody else when a node dies: it says and hears nothing any more. */
    kill(n: number): void {
      dead.add(node(n));
      memory.cut(node(n).store);
    },
  };
}
