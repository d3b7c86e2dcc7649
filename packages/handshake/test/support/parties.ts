import { portableBackend } from "@countersign/noise";
import { type NetworkPolicy, SeededRandom, Simulation } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import type {
  PeerGroupInput,
  PeerGroupOptions,
  PeerGroupOutput,
  SessionParameters,
  Trust,
} from "../../src/peer-group-types.ts";

export type Session = Simulation<PeerGroupInput, PeerGroupOutput>;

export const parameters: SessionParameters = {
  group: sha256(utf8("group")).slice(0, 16),
  session: sha256(utf8("session")).slice(0, 16),
  kind: "exchange",
  parties: 2,
  threshold: 2,
};

/** A code key as scrypt would make it of this code; tests do without the cost. */
export function prkOf(code: string): Uint8Array {
  return sha256(utf8(code));
}

export const rightCode: Trust = { type: "code", prk: prkOf("right") };

export interface TestParty {
  readonly number: number;
  readonly eid: Uint8Array;
  readonly options: PeerGroupOptions;
}

/** Options of one party; everything about it follows from its name. */
export function party(number: number, name: string, changes: Partial<PeerGroupOptions> = {}): TestParty {
  const random = new SeededRandom(seedOf(name));
  const eid = sha256(utf8(`eid of ${name}`));
  const options: PeerGroupOptions = {
    parameters,
    self: {
      number,
      eid,
      label: name,
      identity: {
        noiseStatic: portableBackend.dh.keyPair(sha256(utf8(`static of ${name}`))),
        ed25519: sha256(utf8(`ed25519 of ${name}`)),
      },
    },
    trust: rightCode,
    randomBytes: random.bytes,
    ...changes,
  };
  return { number, eid, options };
}

/** A session of these parties on one network; `introduce` has to be called to begin. */
export function session(parties: readonly TestParty[], policy?: NetworkPolicy, seed = 1): Session {
  const random = new SeededRandom(seed);
  const simulation: Session = new Simulation(policy === undefined ? { random } : { random, policy });
  for (const { number, options } of parties) simulation.add(number, createPeerGroup(options));
  return simulation;
}

/** What an honest relay does at first: it tells everybody of everybody. */
export function introduce(simulation: Session, parties: readonly TestParty[]): void {
  for (const at of parties) {
    for (const { number, eid } of parties) {
      if (number !== at.number) {
        simulation.input(at.number, { type: "member", number, eid, versions: Uint8Array.of(1) });
      }
    }
  }
}

function seedOf(name: string): number {
  return sha256(utf8(name))
    .slice(0, 4)
    .reduce((sum, byte) => sum * 256 + byte, 0);
}
