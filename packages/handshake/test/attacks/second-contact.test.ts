import { portableBackend } from "@countersign/noise";
import { Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { Pair } from "../../src/group/pair.ts";
import type { PairOutput } from "../../src/group/pair-types.ts";
import { confirmAll, drops } from "../support/ceremony.ts";
import { parameters, party, prkOf, type Session, session } from "../support/parties.ts";

// Mallory owns the relay and has learned the code. Beside the honest first contact of Alice (2) and Bob (1) she begins
// one of her own with Alice, as Bob's endpoint, and finishes it when the honest one is up and the SAS is made.
const version = Uint8Array.of(1);
const [bob, alice] = [party(1, "bob"), party(2, "alice")];
const mallory = party(1, "mallory").options;

function impostor(): Pair {
  const suite = {
    parameters,
    self: { number: 1, eid: bob.eid, versions: version },
    peer: { number: 2, eid: alice.eid, versions: version },
    staticKey: mallory.self.identity.noiseStatic,
    ed25519: mallory.self.identity.ed25519,
    label: "bob",
    backend: portableBackend,
    randomBytes: mallory.randomBytes,
  };
  return new Pair({ suite, judge: () => undefined, prk: () => prkOf("right"), pin: undefined, history: undefined });
}

/** Packets of the impostor, whose clock is ahead so that her `at` is the higher one. */
function say(pair: Pair, input: Parameters<Pair["step"]>[0]): readonly Uint8Array[] {
  const outputs: readonly PairOutput[] = pair.step(input, { ms: 0, unixSeconds: 1_760_009_000 });
  return outputs.flatMap((output) => (output.type === "send" ? [output.bytes] : []));
}

/** Hands a packet to Alice as if from Bob; returns what she answers, which Bob never sees. */
function tellAlice(run: Session, bytes: Uint8Array): Uint8Array | undefined {
  const [policy, before] = [run.policy, run.sent.length];
  run.policy = () => [];
  run.deliver({ from: 1, to: 2, bytes });
  run.policy = policy;
  return run.sent[before]?.bytes;
}

function pinned(run: Session): Uint8Array | undefined {
  return run.outputsOf(2, "ready")[0]?.pins[0]?.noiseStatic;
}

function begin(): { readonly run: Session; readonly eve: Pair; readonly p2: Uint8Array } {
  const run = session([bob, alice], () => []);
  run.input(2, { type: "member", number: 1, eid: bob.eid, versions: version });
  run.input(1, { type: "member", number: 2, eid: alice.eid, versions: version });
  run.run({ limitMs: 10 });
  const honest = run.sent.find(({ from, bytes }) => from === 2 && bytes[20] === Step.P1);
  const eve = impostor();
  const [p1] = say(eve, { type: "call" });
  if (p1 === undefined || honest === undefined) throw new Error("no P1");
  const p2 = tellAlice(run, p1);
  if (p2 === undefined) throw new Error("Alice does not answer");
  run.policy = (envelope) => [{ ...envelope, delayMs: 1 }];
  run.deliver(honest);
  return { run, eve, p2 };
}

describe("a second first contact by somebody who has the code", () => {
  test("begun before and finished after the honest one is worth nothing: neither keys nor pins change", () => {
    const { run, eve, p2 } = begin();
    expect(run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "sas").length === 1), limitMs: 5_000 })).toBe(
      true,
    );
    const [p3] = say(eve, { type: "packet", bytes: p2 });
    if (p3 === undefined) throw new Error("no P3");
    expect(tellAlice(run, p3)).toBeUndefined();
    expect(drops(run, 2)).toContain("exchange.mode");
    expect(confirmAll(run, [1, 2])).toBe(true);
    expect(pinned(run)).toEqual(bob.options.self.identity.noiseStatic.publicKey);
    expect(run.outputsOf(2, "up")).toHaveLength(1);
    run.input(2, { type: "send", to: 1, round: 0, bytes: Uint8Array.of(7) });
    expect(run.run({ until: () => run.outputsOf(1, "message").length === 1, limitMs: 1_000 })).toBe(true);
  });

  test("proven before and finished after the honest one is worth nothing either", () => {
    const { run, eve, p2 } = begin();
    const [p3] = say(eve, { type: "packet", bytes: p2 });
    const p4 = p3 === undefined ? undefined : tellAlice(run, p3);
    if (p4 === undefined) throw new Error("Alice does not answer P3");
    expect(run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "sas").length === 1), limitMs: 5_000 })).toBe(
      true,
    );
    for (const p5 of say(eve, { type: "packet", bytes: p4 })) tellAlice(run, p5);
    expect(confirmAll(run, [1, 2])).toBe(true);
    expect(pinned(run)).toEqual(bob.options.self.identity.noiseStatic.publicKey);
    expect(run.outputsOf(2, "up")).toHaveLength(1);
  });
});
