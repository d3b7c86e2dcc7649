import {
  type Ceremony,
  type CeremonyComplete,
  type CeremonyFailed,
  type CeremonyInput,
  type CeremonyOptions,
  type CeremonyOutput,
  createCeremony,
  type RoundProtocol,
  type Step,
} from "@countersign/session";
import type { SeededRandom } from "@countersign/testkit";
import type { Agenda } from "./agenda.ts";
import type { Message } from "./links.ts";

/** How a ceremony failed, or the session below it, for a party. */
export type Failure = Omit<CeremonyFailed, "code"> & { readonly code: string };

/** How a party came out. */
export type End = CeremonyComplete | Failure;

/** What came of a party's program. */
export interface Played {
  /** All ends that its processes came to: more than one where it was killed behind the first. */
  readonly ends: End[];
  readonly killedAt: readonly string[];
  /** Actions so far. */
  readonly actions: number;
}

export interface ProcessOptions {
  readonly agenda: Agenda;
  readonly random: SeededRandom;
  readonly ceremony: CeremonyOptions;
  /** Makes the protocol of a process; each process of a party draws anew. */
  readonly protocol: () => RoundProtocol<unknown>;
  readonly send: (message: Message) => void;
  /** What the channels tell again to a new process. */
  readonly taken: () => readonly Message[];
  /** In which of its actions it is killed, counted over all processes; and for how long it is away then. */
  readonly crashes: ReadonlyMap<number, number>;
  /** Ms that a disk takes at most, and the protocol. */
  readonly diskMs: number;
  readonly protocolMs: number;
  /** Whether the disk says that it has written, and has not. */
  readonly forgets: boolean;
}

/** A party's program: a machine, its protocol and a disk, killed where the plan says so and started again. */
export class Process implements Played {
  readonly ends: End[] = [];
  readonly killedAt: string[] = [];
  actions = 0;
  isUp = false;
  private readonly options: ProcessOptions;
  private machine: Ceremony | undefined;
  private protocol: RoundProtocol<unknown> | undefined;
  private disk: Uint8Array | undefined;
  private run = 0;

  constructor(options: ProcessOptions) {
    this.options = options;
  }

  /** Starts the program: anew, or from what is on disk. */
  start(): void {
    this.run += 1;
    this.isUp = true;
    this.machine = createCeremony(this.options.ceremony);
    this.protocol = this.options.protocol();
    this.feed(this.disk === undefined ? { type: "start" } : { type: "resume", checkpoint: this.disk });
    for (const message of this.options.taken()) this.take(message);
  }

  /** A message of a channel; false where nobody is there to take it. */
  take({ from, round, bytes }: Message): boolean {
    if (!this.isUp) return false;
    this.feed({ type: "message", from, round, bytes });
    // A message is in the channel's journal before the machine is told, so that it is taken even if that kills it.
    return true;
  }

  private feed(input: CeremonyInput): void {
    if (!this.isUp || this.machine === undefined || this.dies(input.type)) return;
    for (const output of this.machine.step(input, { ms: this.options.agenda.ms })) {
      if (this.dies(output.type)) return;
      this.act(output);
    }
  }

  private act(output: CeremonyOutput): void {
    const { agenda, ceremony, diskMs } = this.options;
    switch (output.type) {
      case "begin":
        return this.compute((protocol) => protocol.begin());
      case "round-ready":
        return this.compute((protocol) => protocol.advance(output.state, output.round, output.received));
      case "persist":
        return this.later(diskMs, () => {
          if (!this.options.forgets) this.disk = output.checkpoint;
          this.feed({ type: "persisted", id: output.id });
        });
      case "wake":
        if (output.at !== undefined)
          this.later(Math.max(0, output.at - agenda.ms), () => this.feed({ type: "time" }), true);
        return;
      case "send":
        for (const { number } of ceremony.parties) {
          const meant = output.to === 0 ? number !== ceremony.self : number === output.to;
          if (meant) this.options.send({ from: ceremony.self, to: number, round: output.round, bytes: output.bytes });
        }
        return;
      case "complete":
      case "failed":
        this.ends.push(output);
        return;
    }
  }

  private compute(answer: (protocol: RoundProtocol<unknown>) => Step<unknown> | Promise<Step<unknown>>): void {
    const { protocol } = this;
    if (protocol === undefined) return;
    this.later(this.options.protocolMs, async () => this.feed({ type: "step", step: await answer(protocol) }));
  }

  /** What a process that was killed meanwhile does not live to see. */
  private later(ms: number, what: () => void | Promise<void>, exactly = false): void {
    const { run } = this;
    const delay = exactly ? ms : this.options.random.integer(ms + 1);
    this.options.agenda.in(delay, () => (run === this.run && this.isUp ? what() : undefined));
  }

  private dies(doing: string): boolean {
    const away = this.options.crashes.get(this.actions++);
    if (away === undefined || !this.isUp) return false;
    this.isUp = false;
    this.killedAt.push(doing);
    this.options.agenda.in(away, () => this.start());
    return true;
  }
}
