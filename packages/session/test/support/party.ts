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
export function optionsOf(self: number, count: number, change: Partial<PartyOptions> = {}): PartyOptions {
  const labels = ["alice", "bob", "carol", "dave", "erin"];
  return {
    transcript: bytesOf("transcript"),
    kind: "exchange",
    threshold: 2,
    confirmation: "sas",
    protocol: protocolOf(self, count),
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

/** A protocol of that many rounds, in which everybody says hello and nothing follows from what is said. */
export function smallTalk(rounds: number): RoundProtocol<Uint8Array> {
  const hello = (round: number): Step<Uint8Array> => ({
    type: "round",
    state: bytesOf(`round ${round}`),
    broadcast: bytesOf(`hello ${round}`),
  });
  const end = bytesOf("end");
  return {
    name: "test/small-talk/1",
    rounds: Array.from({ length: rounds }, (_, index) => ({
      name: `talk ${index + 1}`,
      broadcast: true,
      direct: false,
      seconds: 20,
    })),
    begin: () => hello(1),
    advance: (_, round) =>
      round < rounds ? hello(round + 1) : { type: "done", result: end, outcome: end, state: end },
    restore: (state) => state,
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

export type PartyOptions = CeremonyOptions & { readonly protocol: RoundProtocol<Uint8Array> };

/** A machine with its protocol, in a process that may die. */
export class Party {
  readonly outputs: CeremonyOutput[] = [];
  readonly number: number;
  machine: Ceremony;
  wakeAt: number | undefined;
  checkpoint: Uint8Array | undefined;
  /** False: nothing reaches the disk. */
  disk = true;
  private readonly options: PartyOptions;
  private readonly send: (message: Sent) => void;

  constructor(options: PartyOptions, send: (message: Sent) => void) {
    this.number = options.self;
    this.options = options;
    this.machine = createCeremony(options);
    this.send = send;
  }

  /** Returns what it says in this step; what follows from the answers of disk and protocol is in `outputs`. */
  input(input: CeremonyInput, ms: number): readonly CeremonyOutput[] {
    const outputs = this.machine.step(input, { ms });
    this.outputs.push(...outputs);
    const answers = outputs.flatMap((output) => this.take(output));
    for (const answer of answers) this.input(answer, ms);
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

  /** Does what is wanted; returns what is to be told to the machine then. */
  private take(output: CeremonyOutput): readonly CeremonyInput[] {
    const { protocol, parties } = this.options;
    switch (output.type) {
      case "begin":
        return [{ type: "step", step: protocol.begin() as Step<Uint8Array> }];
      case "round-ready": {
        const step = protocol.advance(output.state, output.round, output.received);
        return [{ type: "step", step: step as Step<Uint8Array> }];
      }
      case "wake":
        this.wakeAt = output.at;
        return [];
      case "persist":
        if (!this.disk) return [];
        this.checkpoint = output.checkpoint;
        return [{ type: "persisted", id: output.id }];
      case "send":
        for (const { number } of parties) {
          const meant = output.to === 0 ? number !== this.number : number === output.to;
          if (meant) this.send({ from: this.number, to: number, round: output.round, bytes: output.bytes });
        }
        return [];
      default:
        return [];
    }
  }
}
