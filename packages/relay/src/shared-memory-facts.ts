import type { Fact, SharedFacts } from "./shared-log-store.ts";

/** Something that is said until a time. */
export interface Said {
  readonly value: string;
  readonly until: number;
}

/** What all nodes have said. */
export interface SaidByNodes {
  readonly said: Map<string, Map<string, Said>>;
  readonly now: () => number;
}

/** What nodes of one process say for a while. */
export class SharedMemoryFacts implements SharedFacts {
  readonly #memory: SaidByNodes;
  readonly #order: <T>(operation: () => T) => Promise<T>;

  /** `order` carries out an operation when its turn comes. */
  constructor(memory: SaidByNodes, order: <T>(operation: () => T) => Promise<T>) {
    this.#memory = memory;
    this.#order = order;
  }

  say(topic: string, key: string, fact: Fact): Promise<void> {
    return this.#order(() => this.#say(topic, key, fact));
  }

  claim(topic: string, key: string, fact: Fact): Promise<boolean> {
    return this.#order(() => {
      const said = this.#saidOn(topic).get(key);
      const isFree = said === undefined || said.value === fact.value;
      if (isFree) this.#say(topic, key, fact);
      return isFree;
    });
  }

  retract(topic: string, key: string, value: string): Promise<void> {
    return this.#order(() => {
      const said = this.#saidOn(topic);
      if (said.get(key)?.value === value) said.delete(key);
    });
  }

  all(topic: string): Promise<ReadonlyMap<string, string>> {
    return this.#order(() => new Map([...this.#saidOn(topic)].map(([key, { value }]) => [key, value])));
  }

  #say(topic: string, key: string, { value, life }: Fact): void {
    this.#saidOn(topic).set(key, { value, until: this.#memory.now() + life });
  }

  /** What is said on a topic and not over. */
  #saidOn(topic: string): Map<string, Said> {
    const said = this.#memory.said.get(topic) ?? new Map<string, Said>();
    this.#memory.said.set(topic, said);
    for (const [key, { until }] of said) if (until <= this.#memory.now()) said.delete(key);
    return said;
  }
}
