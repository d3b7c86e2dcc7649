import { noAnswer } from "../group-host.ts";
import type { RegistryHost } from "../registry-host.ts";
import type { Nodes } from "./nodes.ts";

/** Says to all nodes of which group a session is, so that each finds it, and it is of one group for ever. */
export class Listing {
  readonly #registry: RegistryHost;
  readonly #nodes: Pick<Nodes, "forgotten">;

  constructor(registry: RegistryHost, nodes: Pick<Nodes, "forgotten">) {
    this.#registry = registry;
    this.#nodes = nodes;
  }

  /** Whether a session is said to be at some node. */
  has(session: string): boolean {
    return this.#registry.sessions.has(session);
  }

  /** Says of which group a session is. The answer is whose it is, which may be another's. Rejects with `StoreError`. */
  async enter(session: string, group: string): Promise<string> {
    const known = this.#registry.sessions.get(session);
    if (known === group) return group;
    const answer = await this.#registry.append({ type: "list", group, session });
    if (answer === undefined || !("group" in answer)) throw noAnswer();
    return answer.group;
  }

  /** Takes back what was said of a session that does not exist. */
  remove(session: string): void {
    this.#nodes.forgotten(session);
  }
}
