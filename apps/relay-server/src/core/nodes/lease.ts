import { randomUUID } from "node:crypto";
import type { SharedFacts } from "@countersign/relay";
import type { Clock, Timer } from "../../clock.ts";

const TOPIC = "nodes";
/** Milliseconds for which a node counts as there after it has said so, and between two times that it does. */
const LIFE = 4_000;
const PULSE = 1_000;
/** Milliseconds for which a node has to be missing: an engine that was away has forgotten everybody. */
const PATIENCE = 3_000;
/** Milliseconds between what one node does and what the next does. */
const STEP = 250;

/** Whom a lease tells of what becomes of it, and of those of others. */
export interface LeaseWatcher {
  /** Another node was missing for so long that it is gone. */
  gone(node: number): void;
  /** Others may have taken this node for gone. */
  lapsed(): void;
}

interface LeaseOptions {
  readonly facts: SharedFacts;
  readonly clock: Clock;
  readonly watcher: LeaseWatcher;
}

/** Says again and again that this node is there, and looks who else is. */
export class Lease {
  readonly #facts: SharedFacts;
  readonly #clock: Clock;
  readonly #watcher: LeaseWatcher;
  /** What this node is told from others by that have its number. */
  readonly #self = randomUUID();
  #node = 0;
  #present: ReadonlySet<number> = new Set();
  /** Nodes that are wanted and missing, and since when. */
  readonly #missing = new Map<number, number>();
  #timer: Timer | undefined;
  #isOver = false;

  constructor({ facts, clock, watcher }: LeaseOptions) {
    this.#facts = facts;
    this.#clock = clock;
    this.#watcher = watcher;
  }

  /** The number of this node, 0 before it has one. */
  get node(): number {
    return this.#node;
  }

  /** How many nodes are there, as far as this one has seen, and itself. */
  get count(): number {
    return this.#present.size;
  }

  /** Milliseconds by which this node does later what any node does, so that mostly the first one does it. */
  get lateness(): number {
    return STEP * (this.#node % 8);
  }

  /** Whether none of the nodes that are there has begun before this one: for what one of them is to do. */
  get isFirst(): boolean {
    return [...this.#present].every((other) => other >= this.#node);
  }

  /**
   * Begins under a number; resolves when this node has said that it is there and has looked, false where another node has
   * the number. Rejects as `SharedFacts` does.
   */
  async start(node: number): Promise<boolean> {
    if (!(await this.#facts.claim(TOPIC, String(node), { value: this.#self, life: LIFE }))) return false;
    this.#node = node;
    this.#look(await this.#facts.all(TOPIC));
    this.#plan();
    return true;
  }

  /** Whether a node is there, or may only have been slow to say so. */
  isAlive(node: number): boolean {
    return node === this.#node || this.#present.has(node) || this.#missing.has(node);
  }

  /** Somebody has come upon a trace of a node: if it is not there, it will be told of soon. */
  suspect(node: number): void {
    if (!this.isAlive(node)) this.#missing.set(node, this.#clock.now());
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#timer?.cancel();
    if (this.#node > 0) await this.#facts.retract(TOPIC, String(this.#node), this.#self).catch(() => undefined);
  }

  #plan(): void {
    if (!this.#isOver) this.#timer = this.#clock.after(PULSE, () => void this.#pulse());
  }

  async #pulse(): Promise<void> {
    try {
      const said = await this.#facts.all(TOPIC);
      await this.#say();
      if (!this.#isOver) this.#look(said);
    } catch {
      // Who cannot look knows nothing of the others.
      this.#missing.clear();
    }
    this.#plan();
  }

  #say(): Promise<void> {
    return this.#facts.say(TOPIC, String(this.#node), { value: this.#self, life: LIFE });
  }

  #look(said: ReadonlyMap<string, string>): void {
    const now = this.#clock.now();
    const before = this.#present;
    const present = new Set([...said.keys()].map(Number));
    const hasLapsed = before.has(this.#node) && !present.has(this.#node);
    this.#present = present.add(this.#node);
    if (hasLapsed) {
      this.#missing.clear();
      this.#watcher.lapsed();
    }
    for (const node of before) if (!present.has(node) && !this.#missing.has(node)) this.#missing.set(node, now);
    for (const [node, since] of [...this.#missing]) {
      if (!present.has(node) && now - since < PATIENCE) continue;
      this.#missing.delete(node);
      if (!present.has(node)) this.#watcher.gone(node);
    }
  }
}
