import type { Clock, Timer } from "../clock.ts";

/** Seconds after which nobody can have a use for a group any more: as long as a session can live at most. */
const LIFE = 86_400;

/** The logs of which a part is lost. Nothing of them is served, but who asks is told so, until their time is over. */
export class SetAside {
  readonly #clock: Clock;
  readonly #drop: (log: string) => void;
  readonly #logs = new Map<string, Timer>();
  /** The log of each session that is known of what is left. */
  readonly #sessions = new Map<string, string>();

  /** `drop` is called with each log when its time is over. */
  constructor(clock: Clock, drop: (log: string) => void) {
    this.#clock = clock;
    this.#drop = drop;
  }

  add(log: string, sessions: readonly string[]): void {
    for (const session of sessions) this.#sessions.set(session, log);
    const timer = this.#clock.after(LIFE * 1_000, () => {
      this.#logs.delete(log);
      for (const session of sessions) this.#sessions.delete(session);
      this.#drop(log);
    });
    this.#logs.set(log, timer);
  }

  has(log: string): boolean {
    return this.#logs.has(log);
  }

  hasSession(session: string): boolean {
    return this.#sessions.has(session);
  }

  close(): void {
    for (const timer of this.#logs.values()) timer.cancel();
  }
}
