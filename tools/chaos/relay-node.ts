import { unpaced } from "../processes/unpaced.ts";
import { Relay } from "../reliability/relay.ts";
import { FaultProxy } from "./fault-proxy.ts";

/** One of several relays that share an engine, behind an address that outlives it. */
export class RelayNode {
  readonly proxy: FaultProxy;
  readonly #store: string;
  #relay: Relay;
  #url = "";

  private constructor(store: string, proxy: FaultProxy) {
    this.#store = store;
    this.proxy = proxy;
    this.#relay = this.#spawn();
  }

  static async start(store: string): Promise<RelayNode> {
    const node = new RelayNode(store, await FaultProxy.start());
    await node.#serve();
    return node;
  }

  /** Its own address, which is another one after each start. */
  get url(): string {
    return this.#url;
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.proxy.lead(undefined);
    await this.#relay.end("SIGKILL");
    this.proxy.cut();
  }

  /** Starts it again. */
  async restart(): Promise<void> {
    this.#relay = this.#spawn();
    await this.#serve();
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#relay.signal(signal);
  }

  async stop(): Promise<void> {
    this.proxy.close();
    await this.#relay.end("SIGKILL");
  }

  async #serve(): Promise<void> {
    const { url } = await this.#relay.ready();
    this.#url = url;
    this.proxy.lead(Number(new URL(url).port));
  }

  #spawn(): Relay {
    return new Relay({ store: this.#store, args: [...unpaced, "--sessions-per-group", "1000"] });
  }
}
