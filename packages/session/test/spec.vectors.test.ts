import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeHex, encodeHex } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import {
  type CeremonyInput,
  type CeremonyKind,
  type CeremonyOptions,
  type CeremonyOutput,
  type Confirmation,
  createCeremony,
  type Step,
  verifyRecord,
} from "../src/index.ts";
import { decodeMessage, encodeMessage } from "../src/messages.ts";

// The files were written from the text of the specification by tools/vectors, which shares no code with this package.
const folder = fileURLToPath(new URL("../../../spec/vectors", import.meta.url));

interface VectorMessage {
  readonly from: number;
  readonly to: number;
  readonly round: number;
  readonly bytes: string;
}
interface Vector {
  readonly scenario: string;
  readonly title: string;
  readonly session: { readonly kind: CeremonyKind; readonly threshold: number };
  readonly GT: string;
  readonly confirmation: Confirmation;
  readonly protocol: {
    readonly name: string;
    readonly rounds: readonly { readonly name: string; readonly broadcast: boolean; readonly direct: boolean }[];
  };
  readonly parties: readonly {
    readonly number: number;
    readonly label: string;
    readonly ed25519: { readonly private: string; readonly public: string };
  }[];
  readonly self: number;
  readonly outcome: string;
  readonly messages: readonly VectorMessage[];
  readonly certificate?: string;
  readonly record?: string;
  readonly wait?: number;
  readonly expect?: { readonly code: string; readonly culprits: readonly number[] };
}

const vectors = readdirSync(folder)
  .filter((name) => name.startsWith("ceremony-"))
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as Vector);

function unhex(text: string): Uint8Array {
  const decoded = decodeHex(text);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value;
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const verifies: CeremonyOptions["verify"] = (signature, message, key) => {
  const jwk = { kty: "OKP", crv: "Ed25519", x: base64url(key) };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
};

function optionsOf({ GT, session, confirmation, protocol, parties, self }: Vector): CeremonyOptions {
  const own = parties.find(({ number }) => number === self)?.ed25519 ?? { private: "", public: "" };
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64url(unhex(own.private)), x: base64url(unhex(own.public)) };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    transcript: unhex(GT),
    kind: session.kind,
    threshold: session.threshold,
    confirmation,
    protocol: { name: protocol.name, rounds: protocol.rounds.map((round) => ({ ...round, seconds: 60 })) },
    parties: parties.map(({ number, label, ed25519 }) => ({ number, label, ed25519: unhex(ed25519.public) })),
    self,
    sign: (message) => new Uint8Array(sign(null, message, key)),
    verify: verifies,
  };
}

/** What the protocol of `self` said in a round, by its messages. */
function stepOf({ messages, self, protocol, parties, outcome }: Vector, round: number): Step<undefined> {
  const shape = protocol.rounds[round - 1];
  const state = new Uint8Array(1);
  if (shape === undefined) return { type: "done", result: undefined, outcome: unhex(outcome), state };
  const own = messages.filter(({ from, round: of }) => from === self && of === round);
  const bodies = own.map(({ to, bytes }) => {
    const decoded = decodeMessage(unhex(bytes), parties.length);
    if (!decoded.ok || !("body" in decoded.value)) throw new Error("no message of a round");
    return [to, decoded.value.body] as const;
  });
  return {
    type: "round",
    state,
    ...(shape.broadcast ? { broadcast: new Map(bodies).get(0) ?? state } : {}),
    ...(shape.direct ? { direct: new Map(bodies.filter(([to]) => to !== 0)) } : {}),
  };
}

/** Plays `self`: checks that it sends what it must, and tells it what the others send. */
function play(vector: Vector): readonly CeremonyOutput[] {
  const machine = createCeremony(optionsOf(vector));
  const outputs: CeremonyOutput[] = [];
  const feed = (input: CeremonyInput, ms = 0): void => {
    const said = machine.step(input, { ms });
    outputs.push(...said);
    for (const output of said) {
      if (output.type === "persist") feed({ type: "persisted", id: output.id });
      if (output.type === "begin") feed({ type: "step", step: stepOf(vector, 1) });
      if (output.type === "round-ready") feed({ type: "step", step: stepOf(vector, output.round + 1) });
    }
  };
  feed({ type: "start" });
  for (const { from, round, to, bytes } of vector.messages) {
    if (from === vector.self) continue;
    if (to === 0 || to === vector.self) feed({ type: "message", from, round, bytes: unhex(bytes) });
  }
  if (vector.wait !== undefined && vector.wait > 0) feed({ type: "time" }, vector.wait);
  const sent = outputs.flatMap((output) => (output.type === "send" && output.round > 0 ? [output] : []));
  const own = vector.messages.filter(({ from, round }) => from === vector.self && round > 0);
  expect(sent.slice(0, own.length).map(({ to, round, bytes }) => ({ to, round, bytes: encodeHex(bytes) }))).toEqual(
    own.map(({ to, round, bytes }) => ({ to, round, bytes })),
  );
  return outputs;
}

describe("the ceremonies of spec/vectors", () => {
  it("are there", () => {
    expect(vectors.length).toBeGreaterThan(8);
  });

  it.each(vectors.map((vector) => [vector.scenario, vector.title, vector] as const))("%s: %s", (_, __, vector) => {
    const outputs = play(vector);
    const failed = outputs.find((output) => output.type === "failed");
    if (vector.expect !== undefined) {
      expect(failed).toMatchObject({ code: vector.expect.code, culprits: vector.expect.culprits });
      return;
    }
    expect(failed).toBeUndefined();
    const complete = outputs.find((output) => output.type === "complete");
    expect(complete).toMatchObject({ record: vector.record, outcome: unhex(vector.outcome) });
    expect(verifyRecord(vector.record ?? "", verifies).ok).toBe(true);
    const certificate = decodeMessage(unhex(vector.certificate ?? ""), vector.parties.length);
    expect(certificate.ok && encodeHex(encodeMessage(certificate.value))).toBe(vector.certificate);
  });
});
