import { portableBackend } from "@countersign/noise";
import { VirtualClock } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import type { Incoming43 } from "../../src/cs43/body.ts";
import { createCipherSet43, type Trust } from "../../src/cs43/cipher-set43.ts";
import type { IntroducedPeer, LinkedPeer } from "../../src/cs43/suite.ts";
import { orderOf } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { parameters, party, prkOf } from "../support/parties.ts";

type Output = ExchangeOutput<LinkedPeer, IntroducedPeer>;
type Of<Type extends Output["type"]> = Extract<Output, { type: Type }>;

const endpoint = (number: number) => ({ number, eid: party(number, `p${number}`).eid, versions: Uint8Array.of(1) });
const identity = (number: number) => party(number, `p${number}`).options.self.identity;

/** One end of a pair, on the exchange machine alone: there is nobody who answers an offer by itself. */
class End {
  readonly outputs: Output[] = [];
  readonly peer: number;
  private readonly machine: Exchange<LinkedPeer, Incoming43, IntroducedPeer>;
  private readonly clock: VirtualClock;

  constructor(self: number, mode: Trust["mode"], clock: VirtualClock) {
    this.peer = 3 - self;
    this.clock = clock;
    const peer = identity(this.peer);
    const pin = { noiseStatic: peer.noiseStatic.publicKey, ed25519: peer.ed25519, linkPsk: new Uint8Array(32).fill(5) };
    const trust: Trust = mode === "pair" ? { mode, prk: prkOf("right") } : { mode, pins: [pin] };
    const suite = {
      parameters,
      self: endpoint(self),
      peer: endpoint(this.peer),
      staticKey: identity(self).noiseStatic,
      ed25519: identity(self).ed25519,
      label: `p${self}`,
      backend: portableBackend,
      randomBytes: party(self, `p${self}`).options.randomBytes,
      pairing: () => true,
      expected: () => 0n,
    };
    const order = orderOf(endpoint(self).eid, endpoint(this.peer).eid);
    this.machine = new Exchange({ cipherSet: createCipherSet43(suite, () => trust), order });
  }

  /** Returns what leaves. */
  step(input: ExchangeInput): readonly Uint8Array[] {
    const outputs = this.machine.step(input, this.clock.now());
    this.outputs.push(...outputs);
    return outputs.flatMap((output) => (output.type === "send" ? [output.body] : []));
  }

  all<Type extends Output["type"]>(type: Type): readonly Of<Type>[] {
    return this.outputs.filter((output): output is Of<Type> => output.type === type);
  }
}

/** Two ends and the network between them. */
function meeting(mode: Trust["mode"]) {
  const clock = new VirtualClock();
  const ends = [new End(1, mode, clock), new End(2, mode, clock)] as const;
  const [responder, initiator] = ends;
  const carry = (from: End, bodies: readonly Uint8Array[]): void => {
    const to = from === initiator ? responder : initiator;
    for (const body of bodies) carry(to, to.step({ type: "packet", body }));
  };
  const step = (end: End, input: ExchangeInput) => carry(end, end.step(input));
  const wait = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      for (const end of ends) step(end, { type: "time" });
    }
  };
  return { initiator, responder, step, wait };
}

/** Who is asked first, and who then: a responder of a first contact hears who the initiator is with the last packet. */
const order = { pair: ["initiator", "responder"], link: ["responder", "initiator"] } as const;

describe.each(["pair", "link"] as const)("cipher set 0x43 (%s) and an application that takes its time", (mode) => {
  test("nothing is answered before it accepts, resends change nothing, and both have the same keys in the end", () => {
    const run = meeting(mode);
    run.step(run.initiator, { type: "call" });
    for (const name of order[mode]) {
      const end = run[name];
      expect(end.all("offer")).toHaveLength(1);
      expect(end.all("establish")).toEqual([]);
      run.wait(5_000);
      expect(end.all("offer")).toHaveLength(1);
      const { id, peer, messages } = end.all("offer")[0] ?? { id: 0 };
      expect(peer?.noiseStatic).toEqual(identity(end.peer).noiseStatic.publicKey);
      expect(messages?.at(-1)?.type).toBe("link");
      run.step(end, { type: "accept", id });
    }
    const [ours, theirs] = [run.initiator, run.responder].map((end) => end.all("establish")[0]?.keys);
    expect(ours?.sendKey).toEqual(theirs?.receiveKey);
    expect(ours?.receiveKey).toEqual(theirs?.sendKey);
    expect(ours?.sendToken).toEqual(theirs?.receiveToken);
    const faults = [run.initiator, run.responder].flatMap((end) => [...end.all("fault"), ...end.all("expired")]);
    expect(faults).toEqual([]);
  });

  test.each([0, 1])("whom it refuses gets no answer, however often it asks (decision %i)", (which) => {
    const run = meeting(mode);
    run.step(run.initiator, { type: "call" });
    const [first, second] = order[mode];
    if (which === 1) run.step(run[first], { type: "accept", id: run[first].all("offer")[0]?.id ?? 0 });
    const end = run[which === 0 ? first : second];
    const sent = end.all("send").length;
    run.step(end, { type: "refuse", id: end.all("offer")[0]?.id ?? 0 });
    run.wait(40_000);
    expect(end.all("send")).toHaveLength(sent);
    expect(end.all("establish")).toEqual([]);
    expect(end.all("offer")).toHaveLength(1);
  });

  test("what it does not decide is gone after 30 s", () => {
    const run = meeting(mode);
    run.step(run.initiator, { type: "call" });
    run.wait(31_000);
    const end = run[order[mode][0]];
    run.step(end, { type: "accept", id: end.all("offer")[0]?.id ?? 0 });
    expect([...run.initiator.all("establish"), ...run.responder.all("establish")]).toEqual([]);
  });
});

test("a first contact shows its responder both messages of its initiator", () => {
  const run = meeting("pair");
  run.step(run.initiator, { type: "call" });
  run.step(run.initiator, { type: "accept", id: run.initiator.all("offer")[0]?.id ?? 0 });
  expect(run.responder.all("offer")[0]?.messages.map(({ type }) => type)).toEqual(["uri", "link"]);
});
