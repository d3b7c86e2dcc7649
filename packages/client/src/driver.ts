import type { Machine, PeerGroupEntry, PeerGroupInput, PeerGroupOutput, Persist } from "@countersign/handshake";
import { Alarm } from "./alarm.ts";
import type { Envelope } from "./outbox.ts";
import type { Clock } from "./ports.ts";

/** What a peer group tells its user: everything that the driver does not do itself. */
export type Told = Exclude<PeerGroupOutput, { readonly type: "send" | "wake" | "persist" | "note" }>;

/** Ms by which something may be late: less than half of what a peer waits for an ACK. */
const TOGETHER_MS = 50;

export interface DriverOptions {
  /** Of the session. */
  readonly parties: number;
  readonly machine: Machine<PeerGroupInput, PeerGroupOutput>;
  readonly clock: Clock;
  /** Writes an entry; resolves when it is durable. */
  write(entry: PeerGroupEntry): Promise<void>;
  /** Takes the packets of one round of the loop. */
  send(envelopes: readonly Envelope[]): void;
  tell(output: Told): void;
  /** An entry could not be written; nothing behind it ever leaves. */
  unwritable(): void;
}

/**
 * The loop round the machine: inputs go in one after the other, and what comes out is done. The machine is never
 * entered while it is in a step, whoever calls.
 */
export class Driver {
  private readonly options: DriverOptions;
  private readonly alarm: Alarm;
  private readonly inputs: PeerGroupInput[] = [];
  private readonly settlers: (() => void)[] = [];
  private writing = 0;
  private running = false;
  private stopped = false;

  constructor(options: DriverOptions) {
    this.options = options;
    this.alarm = new Alarm(options.clock, () => this.feed([{ type: "time" }]));
  }

  /** Steps through the inputs; the packets of all of them leave together. Throws what the machine throws: `UsageError`. */
  feed(inputs: readonly PeerGroupInput[]): void {
    this.inputs.push(...inputs);
    if (this.running || this.stopped) return;
    const envelopes: Envelope[] = [];
    this.running = true;
    try {
      for (let input = this.inputs.shift(); input !== undefined && !this.stopped; input = this.inputs.shift()) {
        for (const output of this.options.machine.step(input, this.options.clock.now())) this.act(output, envelopes);
      }
    } finally {
      this.running = false;
      if (envelopes.length > 0) this.options.send(envelopes);
    }
  }

  /** Runs when no entry waits to be written, so that the machine holds nothing back: now, or behind those before it. */
  whenSettled(run: () => void): void {
    if (this.stopped || (this.writing === 0 && this.settlers.length === 0)) run();
    else this.settlers.push(run);
  }

  /** The machine is not stepped any more. */
  stop(): void {
    this.stopped = true;
    this.alarm.clear();
    this.settle();
  }

  private act(output: PeerGroupOutput, envelopes: Envelope[]): void {
    switch (output.type) {
      case "send":
        envelopes.push({ to: output.to, bytes: output.bytes });
        return;
      case "wake":
        if (output.at === undefined) this.alarm.clear();
        else if (!this.stopped) this.alarm.setAt(this.later(output.at));
        return;
      case "persist":
        void this.persist(output);
        return;
      case "note":
        this.options.write(output.entry).catch(() => this.options.unwritable());
        return;
      default:
        this.options.tell(output);
    }
  }

  /** Among many, what is due at nearly the same time is done together, and said in one request. */
  private later(at: number): number {
    return this.options.parties === 2 ? at : Math.ceil(at / TOGETHER_MS) * TOGETHER_MS;
  }

  private async persist({ id, entry }: Persist<PeerGroupEntry>): Promise<void> {
    this.writing += 1;
    try {
      await this.options.write(entry);
    } catch {
      this.options.unwritable();
      return;
    }
    this.feed([{ type: "persisted", id }]);
    this.writing -= 1;
    this.settle();
  }

  private settle(): void {
    while (this.writing === 0 || this.stopped) {
      const run = this.settlers.shift();
      if (run === undefined) return;
      run();
    }
  }
}
