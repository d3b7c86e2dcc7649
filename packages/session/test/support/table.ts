import type { CeremonyOutput } from "../../src/index.ts";
import { optionsOf, Party, type PartyOptions, type Sent } from "./party.ts";

/** What becomes of a message: itself, nothing, or others in its place. */
export type Meddling = (message: Sent) => readonly Sent[];

/** Parties round a table: messages arrive in the order of their sending, at once. */
export class Table {
  ms = 0;
  readonly parties: readonly Party[];
  /** Everything that was sent, in order, before anybody meddled with it. */
  readonly sent: Sent[] = [];
  private readonly delivered: Sent[] = [];
  meddle: Meddling = (message) => [message];
  private readonly queue: Sent[] = [];

  constructor(count: number, change: (number: number) => Partial<PartyOptions> = () => ({})) {
    this.parties = Array.from({ length: count }, (_, index) => {
      return new Party(optionsOf(index + 1, count, change(index + 1)), (message) => {
        this.sent.push(message);
        this.queue.push(...this.meddle(message));
      });
    });
  }

  party(number: number): Party {
    const found = this.parties[number - 1];
    if (found === undefined) throw new Error(`no party ${number}`);
    return found;
  }

  start(...numbers: readonly number[]): void {
    for (const { number } of this.parties) {
      if (numbers.length === 0 || numbers.includes(number)) this.party(number).input({ type: "start" }, this.ms);
    }
  }

  deliver(message: Sent): readonly CeremonyOutput[] {
    const { from, to, round, bytes } = message;
    this.delivered.push(message);
    return this.party(to).input({ type: "message", from, round, bytes }, this.ms);
  }

  /** A crash: a party forgets all but its disk, and its channels tell it again everything that they have told it. */
  restart(number: number): void {
    const party = this.party(number);
    party.restart(this.ms);
    for (const { from, round, bytes } of this.delivered.filter((message) => message.to === number)) {
      party.input({ type: "message", from, round, bytes }, this.ms);
    }
  }

  /** Delivers one message; false where nothing is under way. */
  runOne(): boolean {
    const next = this.queue.shift();
    if (next !== undefined) this.deliver(next);
    return next !== undefined;
  }

  /** Delivers until nothing is under way. */
  run(): void {
    while (this.runOne());
  }

  /** Lets time pass, with every alarm at its time. */
  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      this.run();
      const due = this.parties.filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= end);
      const [first] = [...due].sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0));
      if (first?.wakeAt === undefined) break;
      this.ms = Math.max(this.ms, first.wakeAt);
      first.wakeAt = undefined;
      first.input({ type: "time" }, this.ms);
    }
    this.ms = end;
  }

  /** How it ended for a party, in a word or with whom to blame. */
  end(number: number): string {
    const [failed] = this.party(number).of("failed");
    if (failed === undefined) return this.party(number).of("complete").length === 1 ? "complete" : "open";
    const claim = failed.by === undefined ? "" : ` by ${failed.by} blaming ${failed.blamed?.join()}`;
    return `${failed.code} ${failed.culprits.join()}${claim}`;
  }

  ends(): readonly string[] {
    return this.parties.map(({ number }) => this.end(number));
  }
}
