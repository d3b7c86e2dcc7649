import type { Fact, SharedFacts } from "@countersign/relay";
import { accepted, type Engine } from "./engine.ts";
import type { Keys } from "./keys.ts";
import { factScript, run } from "./scripts.ts";

/** What nodes say for a while, in an engine: by its clock. */
export class RedisFacts implements SharedFacts {
  readonly #engine: Engine;
  readonly #keys: Keys;

  constructor(engine: Engine, keys: Keys) {
    this.#engine = engine;
    this.#keys = keys;
  }

  async say(topic: string, key: string, { value, life }: Fact): Promise<void> {
    await this.#run(topic, "say", key, value, life);
  }

  async claim(topic: string, key: string, { value, life }: Fact): Promise<boolean> {
    return (await this.#run(topic, "claim", key, value, life)) === 1;
  }

  async retract(topic: string, key: string, value: string): Promise<void> {
    await this.#run(topic, "retract", key, value);
  }

  async all(topic: string): Promise<ReadonlyMap<string, string>> {
    const pairs = (await this.#run(topic, "all")) as string[];
    const found = new Map<string, string>();
    for (let i = 0; i < pairs.length; i += 2) found.set(pairs[i] ?? "", pairs[i + 1] ?? "");
    return found;
  }

  async #run(topic: string, ...args: (string | number)[]): Promise<unknown> {
    const [reply] = await run(this.#engine, factScript, { keys: this.#keys.ofTopic(topic), args });
    return accepted(reply);
  }
}
