import { FrameKind, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { createGroupSas } from "../../src/sas/group-sas.ts";
import type { GroupSasOptions, SasInput, SasKind, SasOutput } from "../../src/sas/group-sas-types.ts";
import { encodeParty, groupTranscript, type SasParty } from "../../src/sas/group-transcript.ts";
import { commitment, verifyOpenings } from "../../src/sas/openings.ts";
import { confirmation, deriveShortString } from "../../src/sas/short-string.ts";

export const { SAS_COMMIT, SAS_REVEAL, SAS_OK } = FrameKind;

/** 32 bytes that are different for each name. */
export const bytesOf = (name: string): Uint8Array => sha256(utf8(name));

/** The moment `ms`; machines here never look at the wall clock. */
export const at = (ms: number) => ({ ms, unixSeconds: 0 });

export function makeParty(number: number, change: Partial<SasParty> = {}): SasParty {
  return {
    number,
    noiseStatic: bytesOf(`static ${number}`),
    eid: bytesOf(`eid ${number}`),
    label: `party ${number}`,
    ed25519: bytesOf(`ed25519 ${number}`),
    ...change,
  };
}

export function makeOptions(self: number, parties: readonly SasParty[], change: Partial<GroupSasOptions> = {}) {
  return {
    parameters: {
      group: bytesOf("group").subarray(0, 16),
      session: bytesOf("session").subarray(0, 16),
      kind: "keygen",
      parties: parties.length,
      threshold: 2,
    },
    self,
    parties,
    verified: false,
    randomBytes: (length: number) => bytesOf(`nonce of ${self}`).subarray(0, length),
    ...change,
  } satisfies GroupSasOptions;
}

export const makeParties = (n: number) => Array.from({ length: n }, (_, index) => makeParty(index + 1));

/** One machine of a group of `n`, already started, and a short way to feed it. */
export function startOne(self: number, n: number, change: Partial<GroupSasOptions> = {}) {
  const machine = createGroupSas(makeOptions(self, makeParties(n), change));
  const first = machine.step({ type: "start" }, at(0));
  return {
    machine,
    first,
    hear: (from: number, kind: SasKind, content: Uint8Array, ms = 0) =>
      machine.step({ type: "message", from, kind, content }, at(ms)),
    step: (input: SasInput, ms = 0) => machine.step(input, at(ms)),
  };
}

/** What parties 2 to N of an honest group send to party 1, computed without the machine. */
export function script(n: number) {
  const parties = makeParties(n);
  const numbers = parties.map(({ number }) => number);
  const transcript = groupTranscript(makeOptions(1, parties).parameters, parties.map(encodeParty));
  const nonces = new Map(numbers.map((number) => [number, bytesOf(`nonce of ${number}`)]));
  const commitments = new Map([...nonces].map(([number, nonce]) => [number, commitment(transcript, number, nonce)]));
  const short = deriveShortString(verifyOpenings({ transcript, numbers, commitments, nonces }));
  const get = (map: ReadonlyMap<number, Uint8Array>, number: number) => map.get(number) ?? new Uint8Array(0);
  return {
    transcript,
    short,
    openings: numbers.map((number) => ({ number, commitment: get(commitments, number), nonce: get(nonces, number) })),
    commit: (number: number) => get(commitments, number),
    nonce: (number: number) => get(nonces, number),
    ok: (number: number) => confirmation(transcript, short.bytes, number),
  };
}

/** Outputs of one type. */
export function only<T extends SasOutput["type"]>(outputs: readonly SasOutput[], type: T) {
  return outputs.filter((output): output is Extract<SasOutput, { type: T }> => output.type === type);
}

/** N machines and the channels between them: each keeps its own order, and which of them delivers next is chosen. */
export class Group {
  readonly machines = new Map<number, ReturnType<typeof createGroupSas>>();
  readonly outputs = new Map<number, SasOutput[]>();
  /** Messages on their way from one party to another. */
  readonly channels = new Map<string, { readonly from: number; readonly to: number; queue: SasInput[] }>();
  now = 0;
  /** What never reaches anybody. */
  lost: (from: number, to: number, kind: SasKind) => boolean = () => false;

  constructor(n: number, change: (number: number) => Partial<GroupSasOptions> = () => ({})) {
    const parties = makeParties(n);
    for (const { number } of parties) {
      this.machines.set(number, createGroupSas(makeOptions(number, parties, change(number))));
      this.outputs.set(number, []);
      for (const other of parties) {
        if (other.number !== number) {
          this.channels.set(`${number}>${other.number}`, { from: number, to: other.number, queue: [] });
        }
      }
    }
  }

  /** Feeds one party and puts what it says on the channels. */
  step(number: number, input: SasInput): readonly SasOutput[] {
    const outputs = (this.machines.get(number) as ReturnType<typeof createGroupSas>).step(input, at(this.now));
    this.outputs.get(number)?.push(...outputs);
    for (const { kind, content } of only(outputs, "broadcast")) {
      for (const channel of this.channels.values()) {
        const { from, to } = channel;
        if (from === number && !this.lost(from, to, kind))
          channel.queue.push({ type: "message", from: number, kind, content });
      }
    }
    return outputs;
  }

  startAll(): void {
    for (const number of this.machines.keys()) this.step(number, { type: "start" });
  }

  /** Delivers one message: of the channels that hold one, that which `pick` points at. `false` if there is none. */
  deliver(pick: number): boolean {
    const waiting = [...this.channels.values()].filter(({ queue }) => queue.length > 0);
    const channel = waiting[pick % Math.max(waiting.length, 1)];
    const input = channel?.queue.shift();
    if (channel === undefined || input === undefined) return false;
    this.step(channel.to, input);
    return true;
  }

  deliverAll(): void {
    for (const channels = [...this.channels.values()]; channels.some(({ queue }) => queue.length > 0); ) {
      for (const { to, queue } of channels) for (const input of queue.splice(0)) this.step(to, input);
    }
  }

  of<T extends SasOutput["type"]>(number: number, type: T) {
    return only(this.outputs.get(number) ?? [], type);
  }
}
