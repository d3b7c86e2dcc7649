import type { SeededRandom } from "@countersign/testkit";
import type { Agenda } from "../agenda.ts";

/** What decides over the life of a program. */
export interface MortalOptions {
  readonly agenda: Agenda;
  readonly random: SeededRandom;
  /** In which of its actions it is killed, counted over all processes; and for how long it is away then. */
  readonly crashes: ReadonlyMap<number, number>;
}

/** A program that is killed where the plan says so, and started again. */
export abstract class Mortal {
  readonly killedAt: string[] = [];
  /** GT of what was ready, in hex. */
  readonly transcripts = new Set<string>();
  /** Whether it was killed before the others were known to be who they are. */
  wasKilledMeeting = false;
  actions = 0;
  isUp = false;
  protected readonly options: MortalOptions;
  private run = 0;

  constructor(options: MortalOptions) {
    this.options = options;
  }

  abstract start(): void;

  /** A process begins. */
  protected live(): void {
    this.run += 1;
    this.isUp = true;
  }

  /** What a process that was killed meanwhile does not live to see. */
  protected later(ms: number, what: () => void | Promise<void>, exactly = false): void {
    const { run } = this;
    const delay = exactly ? ms : this.options.random.integer(ms + 1);
    this.options.agenda.in(delay, () => (run === this.run && this.isUp ? what() : undefined));
  }

  /** Whether the program is, or was, killed doing this. */
  protected dies(doing: string): boolean {
    if (!this.isUp) return true;
    const away = this.options.crashes.get(this.actions++);
    if (away === undefined) return false;
    this.isUp = false;
    this.wasKilledMeeting ||= this.transcripts.size === 0;
    this.killedAt.push(doing);
    this.options.agenda.in(away, () => this.start());
    return true;
  }
}
