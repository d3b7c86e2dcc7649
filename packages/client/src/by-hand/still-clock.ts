import type { Clock } from "../ports.ts";

/**
 * A clock that can be stopped: from then on time passes when somebody says so, and alarms go off by that. How long ago
 * 1970 was, it says as the real one does.
 */
export class StillClock implements Clock {
  private readonly real: Clock;
  private readonly alarms = new Set<Alarm>();
  /** Where it stands; undefined while it goes. */
  private stands: number | undefined;

  constructor(real: Clock) {
    this.real = real;
  }

  now(): ReturnType<Clock["now"]> {
    const now = this.real.now();
    return this.stands === undefined ? now : { ...now, ms: this.stands };
  }

  wakeAt(ms: number, run: () => void): () => void {
    const ring = () => {
      this.alarms.delete(alarm);
      run();
    };
    const alarm: Alarm = { ms, ring, cancel: this.stands === undefined ? this.real.wakeAt(ms, ring) : () => {} };
    this.alarms.add(alarm);
    return () => {
      this.alarms.delete(alarm);
      alarm.cancel();
    };
  }

  /** Stops it. */
  stop(): void {
    this.stands ??= this.real.now().ms;
    for (const { cancel } of this.alarms) cancel();
  }

  /** So many milliseconds pass on a clock that stands. */
  pass(ms: number): void {
    if (this.stands === undefined) return;
    const end = this.stands + ms;
    for (let next = this.next(); next !== undefined && next.ms <= end; next = this.next()) this.ring(next);
    this.stands = end;
  }

  /** Time passes up to the next alarm on a clock that stands, if that is no further away than so many milliseconds. */
  passToAlarm(ms: number): void {
    const next = this.next();
    if (this.stands !== undefined && next !== undefined && next.ms <= this.stands + ms) this.ring(next);
  }

  private ring(alarm: Alarm): void {
    this.stands = Math.max(this.stands ?? 0, alarm.ms);
    alarm.ring();
  }

  private next(): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.alarms) if (next === undefined || alarm.ms < next.ms) next = alarm;
    return next;
  }
}

interface Alarm {
  readonly ms: number;
  ring(): void;
  cancel(): void;
}
