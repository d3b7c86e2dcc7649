/** A clock that stands still until a test moves it. */
export class VirtualClock {
  /** Monotonic milliseconds. */
  ms: number;
  /** Wall-clock seconds at ms = 0; a test may set it to anything at any time. */
  epochSeconds: number;

  constructor(ms = 0, epochSeconds = 1_760_000_000) {
    this.ms = ms;
    this.epochSeconds = epochSeconds;
  }

  now(): { readonly ms: number; readonly unixSeconds: number } {
    return { ms: this.ms, unixSeconds: this.epochSeconds + Math.floor(this.ms / 1_000) };
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}
