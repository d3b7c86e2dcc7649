import { type SharedLogStore, SharedMemory } from "@countersign/relay";
import type { MediumOptions } from "./disk-medium.ts";
import { type Medium, type Opened, Written } from "./medium.ts";

/** How often something takes much longer than usual on its way. */
const STALLS = 0.02;

/**
 * The engine that several relays have in common: orders and news are late and overtake each other on their way, and a node
 * that is killed has ordered what had come there by then.
 */
export class EngineMedium extends SharedMemory implements Medium {
  readonly written = new Written();
  /** Until when nothing passes between a node and the engine. */
  private readonly apart: Map<SharedLogStore, number>;
  private readonly turns: MediumOptions["turns"];
  private readonly noted = new Map<string, number>();

  constructor({ turns, random, storage: { delayMs, stallMs, untilMs } }: Omit<MediumOptions, "trace">) {
    const apart = new Map<SharedLogStore, number>();
    super({
      now: () => turns.ms,
      later(run, store) {
        const stalls = turns.ms < untilMs && random.chance(STALLS);
        const wait = Math.max(0, (apart.get(store) ?? 0) - turns.ms);
        turns.after(wait + random.integer((stalls ? stallMs : delayMs) + 1), run);
      },
    });
    this.apart = apart;
    this.turns = turns;
  }

  /** The store as one more node sees it. */
  connect(): Opened {
    const store = this.open();
    return {
      store,
      kill: () => this.cut(store),
      part: (ms) => this.apart.set(store, this.turns.ms + ms),
    };
  }

  /** Something was appended. */
  override wake(log: string): void {
    const noted = this.noted.get(log) ?? 0;
    for (const { position, entry } of this.logs.get(log)?.records ?? []) {
      if (position > noted) this.written.note(entry);
      this.noted.set(log, Math.max(this.noted.get(log) ?? 0, position));
    }
    super.wake(log);
  }
}
