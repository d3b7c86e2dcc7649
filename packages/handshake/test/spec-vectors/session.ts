import { portableBackend } from "@countersign/noise";
import { encodeHex } from "@countersign/wire";
import { expect } from "vitest";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import type { PeerGroupInput, PeerGroupOutput, Trust } from "../../src/peer-group-types.ts";
import { unhex } from "../support/shared-vectors.ts";
import { type PartyJson, parametersOf, RecordedRandom, type SessionJson, type VectorFile } from "./vector-files.ts";

export interface SessionVector extends VectorFile {
  readonly session: SessionJson;
  readonly code?: { readonly prk: string };
  readonly parties: readonly PartyJson[];
  /** The keys of all pairs, where they come of one ephemeral key of each party (spec 0012). */
  readonly groupLink?: { readonly pairs: readonly GroupLinkPairJson[] };
  readonly exchanges: readonly {
    readonly initiator: number;
    readonly responder: number;
    readonly linkPsk: string;
    readonly I: { readonly token: string };
    readonly R: { readonly token: string };
    readonly k1: string;
    readonly k2: string;
  }[];
  readonly sas: { readonly words: string; readonly digits: string };
  readonly flow: readonly FlowStep[];
}

export interface GroupLinkPairJson {
  /** The lower number, and the higher one. */
  readonly A: number;
  readonly B: number;
  readonly linkPsk: string;
  readonly kA: string;
  readonly kB: string;
}

/** `draws`: the random values that a party draws because of this step. */
interface Draws {
  readonly draws?: readonly string[];
  readonly unixSeconds?: number;
}

type Told = Draws & { readonly party: number } & (
    | { readonly input: "member"; readonly number: number }
    | { readonly input: "relink"; readonly number: number }
    | { readonly input: "confirm" }
    | { readonly input: "send"; readonly to: number; readonly round: number; readonly bytes: string }
    | { readonly input: "close"; readonly reason: 0 }
  );

interface Carried extends Draws {
  readonly packet: string;
  readonly from: number;
  readonly to: number;
  readonly bytes: string;
  readonly lost?: true;
  /** Why its receiver drops it. */
  readonly dropped?: string;
  /** Nobody has sent it. */
  readonly forged?: true;
}

/** A frame, and what is in it. */
interface CarriedFrame extends Carried {
  readonly n: string;
  readonly m?: string;
  readonly plaintext: string;
}

type FlowStep = Told | Carried | CarriedFrame;

/**
 * Plays one party of a recorded session: tells it what it was told, gives it the packets that were recorded from the
 * others, and holds everything that it sends against what was recorded from it, byte for byte.
 */
export function playSession(vector: SessionVector, number: number): readonly PeerGroupOutput[] {
  const random = new RecordedRandom();
  const machine = createPeerGroup({ ...optionsOf(vector, number), randomBytes: random.bytes });
  const outputs: PeerGroupOutput[] = [];
  const sent = new Map<number, string[]>();
  let unixSeconds = 0;

  const step = (input: PeerGroupInput): readonly PeerGroupOutput[] => {
    const said = machine.step(input, { ms: 0, unixSeconds });
    for (const output of said) {
      outputs.push(output);
      if (output.type === "persist") step({ type: "persisted", id: output.id });
      else if (output.type === "send") {
        const others = vector.parties.map((party) => party.number).filter((other) => other !== number);
        const receivers = output.to === 0 ? others : [output.to];
        for (const to of receivers) sent.set(to, [...(sent.get(to) ?? []), encodeHex(output.bytes)]);
      }
    }
    return said;
  };

  for (const [index, entry] of vector.flow.entries()) {
    const where = `step ${index} of ${vector.scenario} at party ${number}`;
    const isOurs = "input" in entry ? entry.party === number : entry.to === number;
    if (isOurs) random.record(entry.draws);
    unixSeconds = entry.unixSeconds ?? unixSeconds;
    if ("input" in entry) {
      if (isOurs) step(inputOf(vector, entry));
    } else if (entry.from === number && entry.forged !== true) {
      expect(sent.get(entry.to)?.shift(), `${entry.packet}, ${where}`).toBe(entry.bytes);
    } else if (isOurs && entry.lost !== true) {
      const drops = step({ type: "packet", from: entry.from, bytes: unhex(entry.bytes) });
      const code = drops.find((output) => output.type === "drop")?.code;
      expect(code, `${entry.packet}, ${where}`).toBe(entry.dropped);
    }
    expect(random.left, where).toBe(0);
  }
  expect([...sent.values()].flat(), "packets that nobody recorded").toEqual([]);
  return outputs;
}

function inputOf(vector: SessionVector, entry: Told): PeerGroupInput {
  switch (entry.input) {
    case "member": {
      const { eid, versions } = partyOf(vector, entry.number);
      return { type: "member", number: entry.number, eid: unhex(eid), versions: unhex(versions) };
    }
    case "relink":
      return { type: "relink", number: entry.number };
    case "confirm":
      return { type: "confirm", same: true };
    case "send":
      return { type: "send", to: entry.to, round: entry.round, bytes: unhex(entry.bytes) };
    case "close":
      return { type: "close", reason: entry.reason };
  }
}

function optionsOf(vector: SessionVector, number: number) {
  const { eid, label, static: own, ed25519 } = partyOf(vector, number);
  const identity = { noiseStatic: portableBackend.dh.keyPair(unhex(own.private)), ed25519: unhex(ed25519.public) };
  return {
    parameters: parametersOf(vector.session),
    self: { number, eid: unhex(eid), label, identity },
    trust: trustOf(vector, number),
    groupLink: vector.groupLink !== undefined,
  };
}

function trustOf(vector: SessionVector, number: number): Trust {
  if (vector.code !== undefined) return { type: "code", prk: unhex(vector.code.prk) };
  const linked = vector.groupLink?.pairs.map(({ A, B, linkPsk }) => ({ ends: [A, B], linkPsk }));
  const exchanged = vector.exchanges.map(({ initiator, responder, linkPsk }) => ({
    ends: [initiator, responder],
    linkPsk,
  }));
  const pins = (linked ?? exchanged).flatMap(({ ends, linkPsk }) => {
    const [other] = ends.filter((end) => end !== number);
    if (!ends.includes(number) || other === undefined) return [];
    const peer = partyOf(vector, other);
    const keys = { noiseStatic: unhex(peer.static.public), ed25519: unhex(peer.ed25519.public) };
    return [{ number: peer.number, label: peer.label, ...keys, linkPsk: unhex(linkPsk) }];
  });
  return { type: "pins", pins };
}

export function partyOf({ parties }: Pick<SessionVector, "parties">, number: number): PartyJson {
  const party = parties.find((candidate) => candidate.number === number);
  if (party === undefined) throw new Error(`there is no party ${number}`);
  return party;
}
