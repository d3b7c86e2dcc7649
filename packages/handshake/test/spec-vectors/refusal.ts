import { portableBackend } from "@countersign/noise";
import { encodeHex } from "@countersign/wire";
import { expect } from "vitest";
import { checkIntroduction } from "../../src/group/introduction.ts";
import { Pair } from "../../src/group/pair.ts";
import type { PairInput, PairOutput } from "../../src/group/pair-types.ts";
import type { PeerGroupOptions } from "../../src/peer-group-types.ts";
import { unhex } from "../support/shared-vectors.ts";
import { type PartyJson, parametersOf, RecordedRandom, type SessionJson, type VectorFile } from "./vector-files.ts";

export interface RefusalVector extends VectorFile {
  readonly session: SessionJson;
  readonly endpoint: PartyJson;
  readonly peer: Pick<PartyJson, "number" | "eid" | "versions">;
  readonly trust: {
    readonly prk?: string;
    readonly pin?: Readonly<Record<"label" | "static" | "ed25519" | "linkPsk", string>>;
  };
  readonly unixSeconds: number;
  readonly steps: readonly Step[];
  readonly expect: { readonly layer: string; readonly code: string; readonly outcome: "drop" | "guess" | "end" };
}

type Step = { readonly draws?: readonly string[] } & (
  | { readonly call: number }
  | { readonly receive: string }
  | { readonly send: string }
  | { readonly refuse: string }
);

/** Plays the endpoint of a recorded refusal: it must refuse what it has to, and answer all else as recorded. */
export function playRefusal(vector: RefusalVector): void {
  const random = new RecordedRandom();
  const pair = createPair(vector, random);
  const sent: string[] = [];
  let unixSeconds = vector.unixSeconds;
  const step = (input: PairInput): readonly PairOutput[] => {
    const outputs = pair.step(input, { ms: 0, unixSeconds });
    for (const output of outputs) if (output.type === "send") sent.push(encodeHex(output.bytes));
    return outputs;
  };
  for (const entry of vector.steps) {
    random.record(entry.draws);
    if ("send" in entry) expect(sent.shift()).toBe(entry.send);
    else if ("call" in entry) {
      unixSeconds = entry.call;
      step({ type: "call" });
    } else if ("receive" in entry) {
      expect(step({ type: "packet", bytes: unhex(entry.receive) }).filter(({ type }) => type === "drop")).toEqual([]);
    } else expectRefusal(step({ type: "packet", bytes: unhex(entry.refuse) }), vector);
    expect(random.left).toBe(0);
  }
  expect(
    sent.filter((packet) => !packet.startsWith("0000")),
    "handshakes that nobody recorded",
  ).toEqual([]);
}

function expectRefusal(outputs: readonly PairOutput[], { expect: expected, peer }: RefusalVector): void {
  const { code } = expected;
  const drop = { type: "drop", code, from: peer.number };
  if (expected.outcome === "drop") expect(outputs).toEqual([drop]);
  else if (expected.outcome === "guess") expect(outputs).toEqual([{ type: "bad-guess" }, drop]);
  // A label beside it is for people, and not of the vectors.
  else expect(outputs).toEqual([expect.objectContaining({ type: "refused", code, detail: expect.any(String) })]);
}

function createPair(vector: RefusalVector, random: RecordedRandom): Pair {
  const { endpoint, peer, trust } = vector;
  const parameters = parametersOf(vector.session);
  const prk = trust.prk === undefined ? undefined : unhex(trust.prk);
  const pin = trust.pin && {
    ...{ number: peer.number, label: trust.pin.label, noiseStatic: unhex(trust.pin.static) },
    ...{ ed25519: unhex(trust.pin.ed25519), linkPsk: unhex(trust.pin.linkPsk) },
  };
  const staticKey = portableBackend.dh.keyPair(unhex(endpoint.static.private));
  const self = { number: endpoint.number, eid: unhex(endpoint.eid), versions: unhex(endpoint.versions) };
  const ed25519 = unhex(endpoint.ed25519.public);
  const options: PeerGroupOptions = {
    parameters,
    self: { ...self, label: endpoint.label, identity: { noiseStatic: staticKey, ed25519 } },
    trust: { type: "code", prk: new Uint8Array(32), expected: pin === undefined ? [] : [pin] },
    randomBytes: random.bytes,
  };
  return new Pair({
    suite: {
      ...{ parameters, self, staticKey, ed25519, label: endpoint.label },
      peer: { number: peer.number, eid: unhex(peer.eid), versions: unhex(peer.versions) },
      backend: portableBackend,
      randomBytes: random.bytes,
    },
    judge: (introduced) => checkIntroduction(options, peer.number, { introduced, others: [] }),
    prk: () => prk,
    pin: prk === undefined ? pin : undefined,
    history: undefined,
  });
}
