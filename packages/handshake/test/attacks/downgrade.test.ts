import { createHandshake, portableBackend } from "@countersign/noise";
import { FrameKind, Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { contextHash, suites } from "../../src/context.ts";
import { readBody, writeBody } from "../../src/cs43/body.ts";
import { createCipherSet43, type Trust } from "../../src/cs43/cipher-set43.ts";
import { encodeLinkPayload } from "../../src/cs43/link-payload.ts";
import { linkPrologue } from "../../src/cs43/pair-secrets.ts";
import type { PairSuite } from "../../src/cs43/suite.ts";
import { decodeAppMessage, encodeAppMessage } from "../../src/group/app-message.ts";
import { failures, readySession } from "../support/ceremony.ts";
import { parameters, party, prkOf } from "../support/parties.ts";

const at = 1_760_000_001n;
const endpoint = (number: number) => ({ number, eid: party(number, `p${number}`).eid, versions: Uint8Array.of(1) });

function suite(self: number): PairSuite {
  const { identity } = party(self, `p${self}`).options.self;
  return {
    parameters,
    self: endpoint(self),
    peer: endpoint(3 - self),
    staticKey: identity.noiseStatic,
    ed25519: identity.ed25519,
    label: `p${self}`,
    backend: portableBackend,
    randomBytes: party(self, `p${self}`).options.randomBytes,
    pairing: () => true,
    expected: () => 0n,
  };
}

const pinOf = (number: number) => ({
  noiseStatic: suite(number).staticKey.publicKey,
  ed25519: suite(number).ed25519,
  linkPsk: new Uint8Array(32).fill(5),
});
const byCode: Trust = { mode: "pair", prk: prkOf("right") };
const byPin = (number: number): Trust => ({ mode: "link", pins: [pinOf(number)] });

function open(body: Uint8Array) {
  const read = readBody(body);
  if (!read.ok) throw new Error(read.detail);
  return read.value;
}

describe("a responder takes openings of its own mode only", () => {
  test.each([
    ["a pinned one no P1", byPin(2), byCode, true],
    ["one with a code no K1", byCode, byPin(1), true],
    ["one whose code was erased no P1", undefined, byCode, true],
    ["a pinned one a K1", byPin(2), byPin(1), false],
  ] as const)("%s", (_, responder, initiator, refused) => {
    const { flight } = createCipherSet43(suite(2), () => initiator).call(at, []);
    const [opening = new Uint8Array(0)] = flight;
    const { result } = createCipherSet43(suite(1), () => responder).answer(open(opening));
    if (refused) expect(result).toEqual({ type: "bad", code: "exchange.mode" });
    else expect(result.type).toBe("message");
  });
});

test("a P1 whose share is no point costs no run", () => {
  let drawn = 0;
  const counting = { ...suite(1), randomBytes: (length: number) => new Uint8Array(length).fill(++drawn) };
  const [p1 = new Uint8Array(0)] = createCipherSet43(suite(2), () => byCode).call(at, []).flight;
  const off = p1.with(p1.length - 1, (p1.at(-1) ?? 0) ^ 1);
  const set = createCipherSet43(counting, () => byCode);
  expect(set.answer(open(off))).toEqual({ run: undefined, result: { type: "bad", code: "spake2.share-off-curve" } });
  expect(drawn).toBe(0);
  expect(set.answer(open(p1)).result.type).toBe("reply");
  expect(drawn).toBeGreaterThan(0);
});

test("a second K1 under the at of an answered one is not computed, however authentic", () => {
  const set = createCipherSet43(suite(1), () => byPin(2));
  const k1 = (salt: number) => {
    const ctxh = contextHash({ mode: "link", parameters, initiator: endpoint(2), responder: endpoint(1), at });
    const e = portableBackend.dh.keyPair(new Uint8Array(32).fill(salt));
    const noise = createHandshake({
      protocol: suites.link,
      initiator: true,
      prologue: linkPrologue(ctxh),
      s: suite(2).staticKey,
      e,
      rs: pinOf(1).noiseStatic,
      psks: [pinOf(2).linkPsk],
    });
    const payload = encodeLinkPayload({ at, next: 0n, introduction: undefined });
    return open(writeBody({ exch: e.publicKey.slice(0, 16), step: Step.K1, at }, noise.writeMessage(payload)));
  };
  const { run, result } = set.answer(k1(1));
  expect(result.type).toBe("message");
  expect(run?.consume(k1(2))).toEqual({ type: "bad", code: "exchange.step" });
  expect(run?.accept([]).flight).toHaveLength(1);
  expect(run?.consume(k1(2))).toEqual({ type: "bad", code: "exchange.step" });
});

describe("what an authentic message says of itself", () => {
  const good = { from: 2, to: 1, round: 4, bytes: Uint8Array.of(1) };
  const pair = { self: 1, peer: 2 };
  const other = new Uint8Array(16).fill(1);

  test.each([
    ["its own", parameters, good, true],
    ["a broadcast", parameters, { ...good, to: 0 }, true],
    ["another group", { ...parameters, group: other }, good, false],
    ["another session", { ...parameters, session: other }, good, false],
    ["another sender", parameters, { ...good, from: 3 }, false],
    ["another receiver", parameters, { ...good, to: 3 }, false],
  ] as const)("%s", (_, sentIn, message, accepted) => {
    expect(decodeAppMessage(parameters, encodeAppMessage(sentIn, message), pair).ok).toBe(accepted);
  });

  test("a peer that breaks it is closed and named", () => {
    const run = readySession([party(1, "alice"), party(2, "bob")]);
    const content = encodeAppMessage(parameters, { from: 1, to: 1, round: 0, bytes: Uint8Array.of(1) });
    interface Inside {
      readonly roster: { get(n: number): { readonly pair: { step(input: object, now: object): readonly Sent[] } } };
    }
    interface Sent {
      readonly type: string;
      readonly bytes: Uint8Array;
    }
    const { machine } = (run as unknown as { parties: Map<number, { machine: Inside }> }).parties.get(2) ?? {};
    const outputs = machine?.roster.get(1).pair.step({ type: "post", kind: FrameKind.APP, content }, run.clock.now());
    for (const { type, bytes } of outputs ?? []) if (type === "send") run.deliver({ from: 2, to: 1, bytes });
    run.run({ limitMs: 0 });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
    expect(run.outputsOf(1, "failed")[0]?.culprits).toEqual([2]);
  });
});
