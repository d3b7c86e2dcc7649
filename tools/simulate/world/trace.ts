import { createHash } from "node:crypto";

/** Everything that happens in a run, as one hash: two runs of one seed have the same. */
export class Trace {
  private readonly hash = createHash("sha256");
  private readonly clock: { readonly ms: number };
  private readonly lines: string[] | undefined;

  /** `isKept`: whether it can be read afterwards. */
  constructor(clock: { readonly ms: number }, isKept: boolean) {
    this.clock = clock;
    this.lines = isKept ? [] : undefined;
  }

  note(who: string, what: string): void {
    this.hash.update(`${this.clock.ms} ${who} ${what}\n`);
    this.lines?.push(`${(this.clock.ms / 1_000).toFixed(3).padStart(9)}  ${who}  ${what}`);
  }

  /** What happened, if it was kept. */
  get story(): readonly string[] {
    return this.lines ?? [];
  }

  digest(): string {
    return this.hash.digest("hex").slice(0, 16);
  }
}
