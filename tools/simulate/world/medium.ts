import type { LogRecord, LogStore } from "@countersign/relay";

/** What a store does to those who write to it. */
export interface Storage {
  /** Ms that a commit takes at most, and sometimes. */
  readonly delayMs: number;
  readonly stallMs: number;
  /** How often a commit fails, as long as things go wrong. */
  readonly failing: number;
  /** Ms from which on nothing goes wrong any more. */
  readonly untilMs: number;
}

/** A store as a process has it. */
export interface Opened {
  readonly store: LogStore;
  /** The process is killed: what is not durable never is, and it hears of nothing any more. */
  kill(): void;
  /** Nothing passes between it and its store for so many ms; what is on its way by then waits, or has passed. */
  part?(ms: number): void;
}

/** What stays of a store when its processes are gone. */
export interface Medium {
  /** Opens the store for a process. */
  connect(): Opened;
  readonly written: Written;
  readonly logs: ReadonlyMap<string, { readonly records: readonly LogRecord[] }>;
}

/** Everything that was ever durable in a store. */
export class Written {
  private readonly entries: string[] = [];
  private readonly messages = new Set<string>();

  note(entry: string): void {
    this.entries.push(entry);
    const message = /^\{"type":"message","session":"([^"]+)","from":(\d+),"cseq":(\d+)/.exec(entry);
    if (message !== null) this.messages.add(message.slice(1).join(" "));
  }

  /** Whether a message was durable at any time. */
  has(session: string, from: number, cseq: number): boolean {
    return this.messages.has(`${session} ${from} ${cseq}`);
  }

  /** Whether this stood in anything. */
  saw(text: string): boolean {
    return this.entries.some((entry) => entry.includes(text));
  }
}
