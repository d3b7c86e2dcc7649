import type { SeededRandom } from "./seeded-random.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A packet on its way through the relay. A machine's `to: 0` becomes one for each other party. */
export interface Envelope {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** An envelope that the network delivers, and how long that takes. */
export interface Delivery extends Envelope {
  readonly delayMs: number;
}

/** What becomes of an envelope: nothing, one delivery, or many. Whoever writes a hostile relay writes one of these. */
export type NetworkPolicy = (envelope: Envelope, random: SeededRandom) => readonly Delivery[];

/** The part of a machine that a simulation has to do with; everything else passes through as is. */
export interface SimulatedMachine<Input, Output extends { readonly type: string }> {
  step(input: Input, now: { readonly ms: number; readonly unixSeconds: number }): readonly Output[];
}

type NetworkOutput =
  | { readonly type: "send"; readonly to: number; readonly bytes: Uint8Array }
  | { readonly type: "wake"; readonly at: number | undefined }
  | { readonly type: "persist"; readonly id: number };

type NetworkInput =
  | { readonly type: "packet"; readonly from: number; readonly bytes: Uint8Array }
  | { readonly type: "time" }
  | { readonly type: "persisted"; readonly id: number };

interface Party<Input, Output extends { readonly type: string }> {
  machine: SimulatedMachine<Input, Output>;
  wakeAt: number | undefined;
  readonly outputs: Output[];
}

interface Due<Input> {
  readonly at: number;
  readonly order: number;
  readonly number: number;
  readonly input: Input | NetworkInput;
}

/** Delivers everything at once and in order. */
export const perfectNetwork: NetworkPolicy = (envelope) => [{ ...envelope, delayMs: 1 }];

/** Machines, a network between them and a virtual clock: one seed and one policy are one reproducible run. */
export class Simulation<Input, Output extends { readonly type: string }> {
  readonly clock: VirtualClock;
  /** Everything that went into the network, in order. */
  readonly sent: Envelope[] = [];
  policy: NetworkPolicy;
  private readonly random: SeededRandom;
  private readonly parties = new Map<number, Party<Input, Output>>();
  private queue: Due<Input>[] = [];
  private order = 0;

  constructor(options: {
    readonly random: SeededRandom;
    readonly policy?: NetworkPolicy;
    readonly clock?: VirtualClock;
  }) {
    this.random = options.random;
    this.policy = options.policy ?? perfectNetwork;
    this.clock = options.clock ?? new VirtualClock();
  }

  /** Puts a machine in the place of this party; what it had said before stays in `outputs`. */
  add(number: number, machine: SimulatedMachine<Input, Output>): void {
    const outputs = this.parties.get(number)?.outputs ?? [];
    this.parties.set(number, { machine, wakeAt: undefined, outputs });
  }

  /** Takes a party off the network, as a crash does. */
  remove(number: number): void {
    this.parties.delete(number);
  }

  /** All that a party has said so far, except what the network took care of. */
  outputs(number: number): readonly Output[] {
    return this.parties.get(number)?.outputs ?? [];
  }

  /** What a party has said of one type. */
  outputsOf<Type extends Output["type"]>(number: number, type: Type): readonly Extract<Output, { type: Type }>[] {
    return this.outputs(number).filter((output): output is Extract<Output, { type: Type }> => output.type === type);
  }

  /** Gives a party an input now. */
  input(number: number, input: Input): readonly Output[] {
    return this.step(number, input);
  }

  /** Hands an envelope to a party now, whatever the policy says. */
  deliver({ from, to, bytes }: Envelope): void {
    this.step(to, { type: "packet", from, bytes });
  }

  /** Lets time pass until nothing is due, `until` holds, or `limitMs` are over; returns whether `until` held. */
  run({ until, limitMs = 300_000 }: { readonly until?: () => boolean; readonly limitMs?: number } = {}): boolean {
    const end = this.clock.ms + limitMs;
    for (;;) {
      if (until?.() === true) return true;
      const next = this.next();
      if (next === undefined || next.at > end) {
        this.clock.ms = until === undefined && next === undefined ? this.clock.ms : Math.max(this.clock.ms, end);
        return until?.() ?? true;
      }
      this.clock.ms = Math.max(this.clock.ms, next.at);
      if (next.type === "wake") {
        const party = this.parties.get(next.number);
        if (party !== undefined) party.wakeAt = undefined;
        this.step(next.number, { type: "time" });
      } else {
        this.queue.splice(this.queue.indexOf(next.due), 1);
        this.step(next.due.number, next.due.input);
      }
    }
  }

  private next() {
    let due: Due<Input> | undefined;
    for (const entry of this.queue) {
      if (due === undefined || entry.at < due.at || (entry.at === due.at && entry.order < due.order)) due = entry;
    }
    let wake: { readonly number: number; readonly at: number } | undefined;
    for (const [number, { wakeAt }] of this.parties) {
      if (wakeAt !== undefined && (wake === undefined || wakeAt < wake.at)) wake = { number, at: wakeAt };
    }
    if (due !== undefined && (wake === undefined || due.at <= wake.at))
      return { type: "due", at: due.at, due } as const;
    return wake === undefined ? undefined : ({ type: "wake", ...wake } as const);
  }

  private step(number: number, input: Input | NetworkInput): readonly Output[] {
    const party = this.parties.get(number);
    if (party === undefined) return [];
    const outputs = party.machine.step(input as Input, this.clock.now());
    for (const output of outputs) this.take(number, party, output);
    return outputs;
  }

  private take(number: number, party: Party<Input, Output>, output: Output): void {
    const network = output as unknown as NetworkOutput;
    if (network.type === "wake") party.wakeAt = network.at;
    else if (network.type === "send") {
      const others = [...this.parties.keys()].filter((other) => other !== number);
      const receivers = network.to === 0 ? others : [network.to];
      for (const to of receivers) this.send({ from: number, to, bytes: network.bytes });
    } else {
      if (network.type === "persist") this.enqueue(number, { type: "persisted", id: network.id }, 0);
      party.outputs.push(output);
    }
  }

  private send(envelope: Envelope): void {
    this.sent.push(envelope);
    for (const { from, to, bytes, delayMs } of this.policy(envelope, this.random)) {
      this.enqueue(to, { type: "packet", from, bytes }, delayMs);
    }
  }

  private enqueue(number: number, input: NetworkInput, delayMs: number): void {
    this.queue.push({ at: this.clock.ms + delayMs, order: this.order++, number, input });
  }
}
