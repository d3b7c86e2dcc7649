import type { NextRound, Received, RoundProtocol } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { KeyShare, Payload, SigningResult } from "../src/index.ts";
import { frostSign } from "../src/index.ts";
import { noncesAt } from "../src/sign/nonces.ts";
import { checkSignOptions } from "../src/sign/parameters.ts";
import { approvedState } from "../src/sign/sign-state.ts";
import { signingKey } from "../src/sign/signing-key.ts";
import { suites } from "../src/suite.ts";
import { makeKey, seeded } from "./keys.ts";
import { signed, signersOf, signTranscript } from "./signing.ts";

const text: Payload = { kind: "text", text: "pay the piper" };
const signers = [1, 2];
let shares: ReadonlyMap<number, KeyShare>;
let share: KeyShare;

beforeAll(async () => {
  shares = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, 3], threshold: 2 });
  share = shares.get(1) as KeyShare;
});

const make = (more: { transcript?: Uint8Array; signers?: number[]; share?: KeyShare } = {}) =>
  frostSign({ share, signers, transcript: signTranscript, approve: () => true, randomBytes: seeded(5), ...more });

/** Number 1 up to the end of each of its rounds, with number 2 beside it. */
async function rounds(): Promise<{ one: RoundProtocol<SigningResult>; states: Uint8Array[]; received: Received[][] }> {
  const protocols = signersOf({ shares, signers, proposals: { 2: text } });
  let steps = await Promise.all(protocols.map(async ([, protocol]) => asRound(await protocol.begin())));
  const states: Uint8Array[] = [];
  const received: Received[][] = [];
  for (let round = 1; round <= 3; round++) {
    const messages = steps.map(({ broadcast }, at) => ({ from: at + 1, broadcast: broadcast ?? new Uint8Array() }));
    states.push(steps[0]?.state ?? new Uint8Array());
    received.push(messages.slice(1));
    if (round === 3) break;
    steps = await Promise.all(
      protocols.map(async ([number, protocol], at) =>
        asRound(
          await protocol.advance(
            steps[at]?.state ?? new Uint8Array(),
            round,
            messages.filter(({ from }) => from !== number),
          ),
        ),
      ),
    );
  }
  const one = protocols[0]?.[1];
  if (one === undefined) throw new Error("no number 1");
  return { one, states, received };
}

function approvedOf(state: Uint8Array) {
  const options = { share, signers, transcript: signTranscript, approve: () => true, randomBytes: seeded(5) };
  const approved = approvedState.decode(checkSignOptions(options), state);
  if (approved === undefined) throw new Error("not the state behind round 2");
  return approved;
}

function asRound(step: { type: string }): NextRound {
  if (step.type !== "round") throw new Error(`not a round: ${JSON.stringify(step)}`);
  return step as NextRound;
}

describe("the state of a signing", () => {
  test("goes on in a protocol that is made anew, after every round", async () => {
    const whole = await signed({ shares, signers, proposals: { 2: text } });
    const interrupted = await signed({
      shares,
      signers,
      proposals: { 2: text },
      between: (number, round, protocol) => {
        // Without the proposal: that is in the state. Round 1 draws nonces, so only from there on is all fixed.
        const again = frostSign({
          share: shares.get(number) as KeyShare,
          signers,
          transcript: signTranscript,
          approve: () => true,
          randomBytes: round === 1 ? seeded(1000 + number) : never,
        });
        return { ...protocol, advance: again.advance } as typeof protocol;
      },
    });
    expect(interrupted).toEqual(whole);
  });

  test("makes no share with other nonces than were committed to", async () => {
    const { states, received } = await rounds();
    const approved = approvedOf(states[1] ?? new Uint8Array());
    const options = { share, signers, transcript: signTranscript, approve: () => true, randomBytes: seeded(5) };
    const seeds = approved.seeds.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    const state = approvedState.encode(checkSignOptions(options), { ...approved, seeds });
    expect(await make().advance(state, 2, received[1] ?? [])).toEqual({
      type: "failed",
      culprits: [],
      detail: "the commitments of all signers do not make a signature",
    });
  });

  test("gives the same share again from the same state and messages", async () => {
    const { states, received } = await rounds();
    const [, state] = states;
    const [, messages] = received;
    if (state === undefined || messages === undefined) throw new Error("no round 2");
    const [first, second] = [await make().advance(state, 2, messages), await make().advance(state, 2, messages)];
    expect(asRound(first).broadcast).toEqual(asRound(second).broadcast);
    expect(first).toEqual(second);
  });

  test("holds nothing of the nonces any more once the share is made, and makes none again", async () => {
    const { states, received } = await rounds();
    const [, second, third] = states;
    const [, messages] = received;
    if (second === undefined || third === undefined || messages === undefined) throw new Error("no rounds");
    const { seeds } = approvedOf(second);
    for (const seed of [seeds.slice(0, 32), seeds.slice(32)].map(encodeHex)) {
      expect(encodeHex(second)).toContain(seed);
      expect(encodeHex(third)).not.toContain(seed);
    }
    for (const round of [1, 2]) {
      expect(await make().advance(third, round, messages)).toMatchObject({ type: "failed", culprits: [] });
    }
  });

  test("never holds a nonce: whoever finds an old state beside the signature share does not get the secret by it", async () => {
    const { states } = await rounds();
    const state = states[1] ?? new Uint8Array();
    const { seeds, commitments } = approvedOf(state);
    const committed = [commitments.slice(0, 33), commitments.slice(33)].map(encodeHex);
    const element = (scalar: bigint) => encodeHex(secp256k1.Point.BASE.multiply(scalar).toBytes());
    const { hiding } = noncesAt(suites["secp256k1-taproot"], signingKey(share), { seeds, job: 0 });
    expect(committed[0]).toBe(element(bytesToNumberBE(hiding)));
    for (let at = 0; at + 32 <= state.length; at++) {
      const scalar = bytesToNumberBE(state.slice(at, at + 32)) % secp256k1.Point.Fn.ORDER;
      if (scalar !== 0n) expect(committed).not.toContain(element(scalar));
    }
  });

  test("does not sign twice: other commitments get no share from the same nonces", async () => {
    const { one, states, received } = await rounds();
    const { received: other } = await roundsOfOthers();
    const [, state] = states;
    const [, messages] = received;
    const [, otherMessages] = other;
    if (state === undefined || messages === undefined || otherMessages === undefined) throw new Error("no round 2");
    expect(otherMessages).not.toEqual(messages);
    expect((await one.advance(state, 2, messages)).type).toBe("round");
    expect(await one.advance(state, 2, otherMessages)).toEqual({
      type: "failed",
      culprits: [],
      detail: "the nonces of this signing were used for other commitments already",
    });
  });

  test("of another session, key, party or set of signers is not gone on with", async () => {
    const { states, received } = await rounds();
    const other = shares.get(2) as KeyShare;
    const foreign = [make({ transcript: new Uint8Array(32) }), make({ signers: [1, 2, 3] }), make({ share: other })];
    for (const [at, protocol] of foreign.entries()) {
      for (const round of [1, 2, 3]) {
        const state = states[round - 1] ?? new Uint8Array();
        const [message] = received[round - 1] ?? [];
        const messages = [[2], [2, 3], [1]][at]?.map((from) => ({ ...message, from })) ?? [];
        expect(await protocol.advance(state, round, messages)).toMatchObject({
          type: "failed",
          culprits: [],
          detail: expect.stringContaining("saved state"),
        });
      }
    }
  });

  test("comes with the messages of all other signers, and of nobody else", async () => {
    const { states } = await rounds();
    const broadcast = new Uint8Array();
    for (const from of [[], [3], [2, 3], [2, 2]]) {
      const messages = from.map((number) => ({ from: number, broadcast }));
      expect(await make().advance(states[0] ?? broadcast, 1, messages)).toMatchObject({ type: "failed" });
    }
    expect(await make().advance(states[0] ?? broadcast, 4, [{ from: 2, broadcast }])).toMatchObject({ type: "failed" });
  });

  test("of who is done gives the result again", async () => {
    const { one, states, received } = await rounds();
    const step = await one.advance(states[2] ?? new Uint8Array(), 3, received[2] ?? []);
    if (step.type !== "done") throw new Error("not done");
    expect(make().restore(step.state)).toEqual(step.result);
    expect(() => make().restore(step.state.slice(1))).toThrow(expect.objectContaining({ code: "usage.state" }));
  });
});

describe("nonces", () => {
  test("differ with the payload and the session where the randomness is always the same", async () => {
    const stuck = () => new Uint8Array(32);
    const commitmentsFor = async (payload: Payload, transcript: Uint8Array) => {
      const protocol = frostSign({
        share,
        signers,
        transcript,
        proposal: payload,
        approve: () => true,
        randomBytes: stuck,
      });
      const begun = asRound(await protocol.begin());
      const step = await protocol.advance(begun.state, 1, [{ from: 2, broadcast: new Uint8Array() }]);
      return encodeHex(asRound(step).broadcast ?? new Uint8Array());
    };
    const all = await Promise.all([
      commitmentsFor(text, signTranscript),
      commitmentsFor({ kind: "text", text: "pay the viper" }, signTranscript),
      commitmentsFor(text, new Uint8Array(32)),
    ]);
    expect(new Set(all).size).toBe(3);
    const [first = ""] = all;
    expect(first.slice(0, 66)).not.toBe(first.slice(66));
  });

  test("are not drawn before the user said yes", async () => {
    let drawn = 0;
    let answer: (yes: boolean) => void = () => {};
    const protocol = frostSign({
      share,
      signers,
      transcript: signTranscript,
      proposal: text,
      approve: () => new Promise((resolve) => (answer = resolve)),
      randomBytes: (length) => {
        drawn += length;
        return new Uint8Array(length);
      },
    });
    const begun = asRound(await protocol.begin());
    const waiting = protocol.advance(begun.state, 1, [{ from: 2, broadcast: new Uint8Array() }]);
    expect(drawn).toBe(0);
    answer(true);
    expect((await waiting).type).toBe("round");
    expect(drawn).toBe(64);
  });
});

/** As `rounds`, with nonces of number 2 that are others. */
async function roundsOfOthers(): Promise<{ received: Received[][] }> {
  const two = frostSign({
    share: shares.get(2) as KeyShare,
    signers,
    transcript: signTranscript,
    proposal: text,
    approve: () => true,
    randomBytes: seeded(77),
  });
  const begun = asRound(await two.begin());
  const step = asRound(await two.advance(begun.state, 1, [{ from: 1, broadcast: new Uint8Array() }]));
  return { received: [[], [{ from: 2, broadcast: step.broadcast ?? new Uint8Array() }]] };
}

function never(): never {
  throw new Error("randomness was drawn twice");
}
