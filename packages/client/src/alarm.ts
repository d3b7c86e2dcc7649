import type { Clock } from "./ports.ts";

/** One alarm that is set, moved and taken back: at most one of its kind is pending. */
export class Alarm {
  private readonly clock: Clock;
  private readonly run: () => void;
  private cancel: (() => void) | undefined;
  private at = 0;

  constructor(clock: Clock, run: () => void) {
    this.clock = clock;
    this.run = run;
  }

  get isSet(): boolean {
    return this.cancel !== undefined;
  }

  /** Sets the alarm to a time of the clock in ms, whatever it was set to before. */
  setAt(ms: number): void {
    // Sessions set it again with every packet, mostly to where it stands.
    if (this.isSet && this.at === ms) return;
    this.clear();
    this.at = ms;
    this.cancel = this.clock.wakeAt(ms, () => {
      this.cancel = undefined;
      this.run();
    });
  }

  /** Sets the alarm to a number of ms from now. */
  setIn(ms: number): void {
    this.setAt(this.clock.now().ms + ms);
  }

  clear(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}
