import { concat, equalBytes, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  type Ceremony,
  type CeremonyInput,
  type CeremonyOptions,
  type CeremonyOutput,
  createCeremony,
  type RoundProtocol,
  type Step,
} from "../../src/index.ts";
import { jointRandom } from "./joint-random.ts";

/** A message between two parties. */
export interface Sent {
  readonly from: number;
  readonly to: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}

export const bytesOf = (label: string) => sha256(utf8(label));

/** A stand-in for Ed25519: good enough where nobody tries to forge, and a thousand times as fast. */
const keyOf = (number: number) => sha256(utf8(`key of ${number}`));
const tag = (key: Uint8Array, message: Uint8Array) => sha256(concat(utf8("only a stand-in"), key, message));
export const signAs = (number: number, message: Uint8Array) =>
  concat(tag(keyOf(number), message), tag(message, keyOf(number)));
export const verify: CeremonyOptions["verify"] = (signature, message, key) =>
  equalBytes(signature, concat(tag(key, message), tag(message, key)));

/** What parties of a test ceremony are given. */
export function optionsOf(self: number, count: number, change: Partial<CeremonyOptions> = {}): CeremonyOptions {
  const { name, rounds } = protocolOf(self, count);
  const labels = ["alice", "bob", "carol", "dave", "erin"];
  return {
    transcript: bytesOf("transcript"),
    kind: "exchange",
    threshold: 2,
    confirmation: "sas",
    protocol: { name, rounds },
    parties: Array.from({ length: count }, (_, index) => ({
      number: index + 1,
      label: labels[index] ?? `party ${index + 1}`,
      ed25519: keyOf(index + 1),
    })),
    self,
    sign: (message) => signAs(self, message),
    verify,
    ...change,
  };
}

/** The protocol of a party, with messages for the parties that there are. */
export function protocolOf(self: number, count: number): RoundProtocol<Uint8Array> {
  const protocol = jointRandom(self, bytesOf(`share of ${self}`));
  return {
    ...protocol,
    begin() {
      const step = protocol.begin() as Step<Uint8Array>;
      if (step.type !== "round") return step;
      return { ...step, direct: new Map([...(step.direct ?? [])].filter(([number]) => number <= count)) };
    },
  };
}

/** A machine with its protocol, in a process that may die. */
export class Party {
  readonly outputs: CeremonyOutput[] = [];
  readonly number: number;
  machine: Ceremony;
  wakeAt: number | undefined;
  checkpoint: Uint8Array | undefined;
  /** False: nothing reaches the disk. */
  disk = true;
  private readonly protocol: RoundProtocol<Uint8Array>;
  private readonly options: CeremonyOptions;
  private readonly send: (message: Sent) => void;

  constructor(options: CeremonyOptions, send: (message: Sent) => void) {
    this.number = options.self;
    this.options = options;
    this.protocol = protocolOf(options.self, options.parties.length);
    this.machine = createCeremony(options);
    this.send = send;
  }

  input(input: CeremonyInput, ms: number): readonly CeremonyOutput[] {
    const outputs = this.machine.step(input, { ms });
    this.outputs.push(...outputs);
    for (const output of outputs) this.take(output, ms);
    return outputs;
  }

  /** Forgets everything but the disk. */
  restart(ms: number): readonly CeremonyOutput[] {
    this.machine = createCeremony(this.options);
    this.wakeAt = undefined;
    const { checkpoint } = this;
    return this.input(checkpoint === undefined ? { type: "start" } : { type: "resume", checkpoint }, ms);
  }

  of<Type extends CeremonyOutput["type"]>(type: Type): readonly Extract<CeremonyOutput, { type: Type }>[] {
    return this.outputs.filter((output): output is Extract<CeremonyOutput, { type: Type }> => output.type === type);
  }

  private take(output: CeremonyOutput, ms: number): void {
    const step = (answer: Step<Uint8Array>) => this.input({ type: "step", step: answer }, ms);
    if (output.type === "begin") step(this.protocol.begin() as Step<Uint8Array>);
    if (output.type === "round-ready") {
      step(this.protocol.advance(output.state, output.round, output.received) as Step<Uint8Array>);
    }
    if (output.type === "wake") this.wakeAt = output.at;
    if (output.type === "persist" && this.disk) {
      this.checkpoint = output.checkpoint;
      this.input({ type: "persisted", id: output.id }, ms);
    }
    if (output.type === "send") {
      const to = output.to === 0 ? this.options.parties.map(({ number }) => number) : [output.to];
      for (const number of to) if (number !== this.number) this.send({ ...output, from: this.number, to: number });
    }
  }
}
